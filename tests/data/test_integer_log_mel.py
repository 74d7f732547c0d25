"""Integer log-mel features: beside the float ones, and the C beside the host, in every byte."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.data.test_micro_frontend import BUILDS, MODEL, built, sounds
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.integer_log_mel import STEPS_PER_NEPER, IntegerLogMel
from tinykd.data.features.log_mel import LogMel, log_mel
from tinykd.data.features.micro_frontend import MOST, micro_features, micro_steps
from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.errors import ConfigError
from tinykd.graph.quantize import quantize
from tinykd.project.samples import AudioSection, DataSection

SECTION = AudioSection(features="integer_log_mel", rate=8000, seconds=0.5)
HOW = IntegerLogMel.of(SECTION)
SOUNDS = sounds(8000, 4000)


def test_the_defaults_are_those_of_log_mel() -> None:
    mel = LogMel.of(AudioSection(rate=8000, seconds=0.5))
    assert (HOW.frame, HOW.hop, HOW.fft, HOW.frames, HOW.bands) == (
        mel.frame,
        mel.hop,
        mel.fft,
        mel.frames,
        mel.bands,
    )


def test_features_mean_what_the_float_ones_mean() -> None:
    """Loud sounds to a few of 32 steps per neper; at the offset, where sound is quiet, as well."""
    mel = LogMel.of(AudioSection(rate=8000, seconds=0.5))
    wanted = log_mel(SOUNDS.astype(np.float32) / np.float32(32768), mel)
    found = micro_features(SOUNDS, HOW) / STEPS_PER_NEPER - HOW.neper_offset
    difference = np.abs(found - wanted)
    assert np.median(difference) < 0.03 and np.percentile(difference, 90) < 0.3
    silence = micro_features(np.zeros((1, 4000), np.int16), HOW) / STEPS_PER_NEPER - HOW.neper_offset
    assert np.allclose(silence, np.log(SECTION.log_offset), atol=0.05)
    assert micro_features(SOUNDS, HOW).min() > 0 and micro_features(SOUNDS, HOW).max() <= MOST


def test_noise_of_power_1_in_each_band() -> None:
    mel = LogMel.of(AudioSection(rate=8000, seconds=0.5))
    assert np.abs(np.array(HOW.noise()) - np.array(mel.noise())).max() < 0.15


def test_a_frame_knows_nothing_of_those_before_it() -> None:
    whole = micro_features(SOUNDS, HOW)
    later = micro_features(SOUNDS[:, 5 * HOW.hop :], replace(HOW, samples=HOW.samples - 5 * HOW.hop))
    assert np.array_equal(whole[:, 5:], later)
    assert "noise" not in micro_steps(SOUNDS[:1], HOW)


def test_in_a_dataset_it_is_augmented_as_log_mel_is(tmp_path: Path) -> None:
    np.savez(tmp_path / "s.npz", x=np.concatenate([SOUNDS] * 4), y=np.arange(4 * len(SOUNDS)) % 2)
    views = []
    for features in ("log_mel", "integer_log_mel"):
        kinds = replace(USUAL, audio=AudioSection(features=features, rate=8000, seconds=0.5))
        data = load_dataset(DataSection(source="s.npz", kind="audio"), tmp_path, 1, kinds=kinds)
        views.append(data.augmentation)
        assert features in data.frontend.to_json()
    floats, integers = views
    assert abs(floats.mean - integers.mean) < 0.1 and abs(floats.deviation - integers.deviation) < 0.1
    assert (floats.gain_db, floats.snr_db) == (integers.gain_db, integers.snr_db)


def test_frames_that_are_too_short_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        IntegerLogMel.of(AudioSection(rate=1000))
    assert str(caught.value) == (
        "[audio] frame_ms: frames of 32 samples; expected 33 to 32768 for "
        'features = "integer_log_mel". Say features = "log_mel" for others'
    )


def test_an_offset_that_has_no_room_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        IntegerLogMel.of(AudioSection(features="integer_log_mel", log_offset=1.0))
    assert str(caught.value) == (
        "[audio] log_offset: 1; expected 4.74e-15 to 2.03e-05 for frames of 512 samples. "
        'Say features = "log_mel" for others'
    )


@pytest.mark.slow
@pytest.mark.parametrize("build", BUILDS)
def test_the_c_equals_the_host_in_every_byte(build: str, tmp_path: Path) -> None:
    front = AudioFrontend(HOW, "image", 900.0, 130.0)
    command = built(tmp_path, front, BUILDS[build])
    done = subprocess.run(command, input=SOUNDS.tobytes(), capture_output=True, check=True).stdout
    features = micro_features(SOUNDS, HOW)
    reals = (features.astype(np.float32) - np.float32(900.0)) / np.float32(130.0)
    assert MODEL.input_quantization is not None
    inputs = quantize(reals, *MODEL.input_quantization)
    wanted = b"".join(f.tobytes() + i.tobytes() for f, i in zip(features, inputs, strict=True))
    assert done == wanted
