"""The micro frontend: its values beside pymicro-features, and the C beside it, in every byte."""

import ctypes
import ctypes.util
import itertools
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymicro_features import MicroFrontend as Reference

from tinykd.data.augmentation.audio import audio_view
from tinykd.data.augmentation.options import AudioAugmentation
from tinykd.data.features import micro_frontend, micro_tables
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log1p import log1p
from tinykd.data.features.micro_frontend import MOST, MicroFrontend, micro_features, pcm
from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.errors import ConfigError
from tinykd.firmware_project import ModelSources
from tinykd.firmware_project.features import feature_files, feature_sources
from tinykd.firmware_project.sound import levels
from tinykd.graph.quantize import quantize
from tinykd.paths import FIRMWARE
from tinykd.project.samples import AudioSection, DataSection

FAST = MicroFrontend.of(AudioSection(features="micro_frontend", hop_ms=10.0))
SLOW = MicroFrontend.of(AudioSection(features="micro_frontend", rate=8000, seconds=0.25))
SCALE = 0.0390625  # of pymicro-features
RNG = np.random.default_rng(0)


def words(sound: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def sounds(rate: int, samples: int) -> np.ndarray:
    """(13, samples): silence, noise of all loudnesses, tones, sweeps, and what clips."""
    time = np.arange(samples) / rate
    tone = np.sin(2 * np.pi * 440 * time)
    found = [
        np.zeros(samples),
        np.full(samples, -32768),
        np.full(samples, 32767),
        RNG.integers(-32768, 32768, samples),
        RNG.integers(-2, 3, samples),
        RNG.choice([-32768, 32767], samples),
        9000 * tone + RNG.normal(0, 60, samples),
        90_000 * tone,
        32767 * np.sign(tone),
        300 * np.sin(2 * np.pi * rate / 5 * time * time),
        RNG.normal(0, 4000, samples) * np.exp(-4 * time),
        1000 + 3 * tone,
        np.where(np.arange(samples) % 997 == 0, 32767, 0),
    ]
    return np.stack([words(each) for each in found])


SOUNDS = sounds(16_000, 16_000)


def asked(sound: np.ndarray) -> np.ndarray:
    """(frames, bands) of pymicro-features, which takes 10 ms at a time."""
    frontend, data, found, at = Reference(), sound.tobytes(), [], 0
    while at + 320 <= len(data):
        answer = frontend.process_samples(data[at : at + 320])
        at += 2 * answer.samples_read
        if answer.features:
            found.append(answer.features)
    return np.rint(np.array(found) / SCALE).astype(np.int64)


@pytest.fixture(scope="module")
def own_libm() -> Iterator[None]:
    """The reference asks this machine's ``log1pf``, which may round better than ours; then so do we."""
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    library.log1pf.argtypes, library.log1pf.restype = [ctypes.c_float], ctypes.c_float

    def of_this_machine(x: np.ndarray) -> np.ndarray:
        return np.array([library.log1pf(float(v)) for v in x], np.float32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(micro_tables, "log1p", of_this_machine)
        micro_frontend._filter_bank.cache_clear()
        yield
    micro_frontend._filter_bank.cache_clear()


@pytest.mark.usefixtures("own_libm")
def test_every_value_is_that_of_pymicro_features() -> None:
    found = micro_features(SOUNDS, FAST)
    assert found.shape == (13, 98, 40)
    for sound, features in zip(SOUNDS, found, strict=True):
        assert np.array_equal(features, asked(sound))


@pytest.mark.usefixtures("own_libm")
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    loudness=st.floats(0, 16),
    offset=st.integers(-3000, 3000),
    hertz=st.floats(20, 8000),
    tone=st.floats(0, 40_000),
)
def test_any_sound_has_the_values_of_pymicro_features(
    seed: int, loudness: float, offset: int, hertz: float, tone: float
) -> None:
    time = np.arange(4000) / 16_000
    noise = np.random.default_rng(seed).normal(0, 2.0**loudness, 4000)
    sound = words(noise + offset + tone * np.sin(2 * np.pi * hertz * time))
    how = MicroFrontend(16_000, 4000, 480, 160, 40, 125.0, 7500.0)
    assert np.array_equal(micro_features(sound[np.newaxis], how)[0], asked(sound))


def test_silence_and_the_largest() -> None:
    assert not micro_features(np.zeros((1, 16_000), np.int16), FAST).any()
    assert 600 < micro_features(SOUNDS, FAST).max() <= MOST


def test_the_parameters_follow_the_rate() -> None:
    assert (SLOW.frame, SLOW.hop, SLOW.fft, SLOW.bands, SLOW.f_max) == (240, 160, 256, 40, 3750.0)
    assert (FAST.frame, FAST.hop, FAST.fft, FAST.bands, FAST.f_max) == (480, 160, 512, 40, 7500.0)
    half = MicroFrontend.of(AudioSection(features="micro_frontend", hop_ms=20.0))
    every = micro_features(SOUNDS, FAST)
    assert half.hop == 320 and micro_features(SOUNDS, half).shape[1] == 49
    assert np.array_equal(
        micro_features(SOUNDS, half)[:, 0], every[:, 0]
    )  # the noise's estimate differs later


def test_the_logarithm_is_that_of_the_c_library_of_devices() -> None:
    """Values of newlib's log1pf, bit for bit: the last four are not the nearest ones."""
    bins = np.array([6, 13, 15, 31], np.float32) * np.float32(31.25)
    x = np.concatenate([np.array([0, 0.25, 0.4142, 1, 34.5], np.float32), bins / np.float32(700)])
    exact = [0x00000000, 0x3E647FBE, 0x3EB170D6, 0x3F317218, 0x40647339]
    below = [0x3E730628, 0x3EEA5136, 0x3F033A64, 0x3F5E6662]
    assert log1p(x).view(np.uint32).tolist() == exact + below


def test_samples_as_a_converter_gives_them() -> None:
    found = pcm(np.array([[-1.0, 1.0, 0.5, -0.5 / 32768, 2.0, -2.0, 1.5 / 32768]], np.float32))
    assert found.tolist() == [[-32768, 32767, 16384, 0, 32767, -32768, 2]]
    every = np.arange(-32768, 32768).astype(np.int16)
    assert np.array_equal(pcm(every.astype(np.float32)[np.newaxis] / np.float32(32768))[0], every)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (
            {"frame_ms": 2.0},
            '[audio] frame_ms: frames of 32 samples; expected 33 to 32768 for features = "micro_frontend"',
        ),
        (
            {"seconds": 0.02},
            "[audio] frame_ms: frames of 480 samples every 320 in a sound of 320; "
            "expected at least one whole frame",
        ),
        (
            {"f_max": 9000.0},
            "[audio] f_max: bands from 125 to 9000 Hz at 16000 samples per second; "
            "expected f_min < f_max <= 8000",
        ),
        (
            {"n_mels": 200},
            "[audio] n_mels: band 0 of 200 holds none of 257 frequencies; expected a frequency in each. "
            "Use fewer bands or longer frames",
        ),
    ],
)
def test_parameters_that_cannot_be(keys: dict[str, float], text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        MicroFrontend.of(AudioSection(features="micro_frontend", **keys))
    assert str(caught.value) == text


# --- in a dataset -------------------------------------------------------------------------------------------


def test_samples_of_a_file_become_its_features(tmp_path: Path) -> None:
    """Mean 0, deviation 1 over training; shifted and masked by augmentation, and nothing else."""
    audio = AudioSection(features="micro_frontend", rate=8000, seconds=0.25, layout="time", shift=0.0)
    x = np.concatenate([sounds(8000, 2000)] * 4)
    np.savez(tmp_path / "s.npz", x=x, y=np.arange(len(x)) % 2)
    kinds = replace(USUAL, audio=audio)
    data = load_dataset(DataSection(source="s.npz", kind="audio"), tmp_path, 1, kinds=kinds)
    front = data.frontend
    assert isinstance(front, AudioFrontend) and front.how == SLOW and data.input_shape == (12, 1, 40)
    every = np.concatenate([split.x for split in data.splits.values()])
    values = (every.astype(np.float64) * front.deviation + front.mean).reshape(len(x), -1)
    wanted = micro_features(x, SLOW).reshape(len(x), -1)
    assert np.abs(np.sort(values, axis=0) - np.sort(wanted, axis=0)).max() < 1e-3
    assert abs(data.train.x.mean()) < 1e-5 and abs(data.train.x.std() - 1) < 1e-5
    described = front.to_json()
    assert described["micro_frontend"] == {**SLOW.to_json()} and "log_mel" not in described
    assert data.augmentation == AudioAugmentation(
        front.mean, front.deviation, (), shift=0.0, gain_db=0.0, snr_db=None
    )
    view = audio_view(data.train.x, np.random.default_rng(0), data.augmentation)
    same = np.isclose(view, data.train.x, atol=1e-5)
    assert 0.7 < same.mean() < 1.0  # the rest is masked


# --- in C ---------------------------------------------------------------------------------------------------

STRICT = (
    "-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wdouble-promotion -Wvla "
    "-fsanitize=address,undefined -fno-sanitize-recover=all"
)
MODEL = ModelSources("word", {}, (), 0, 0, "ab" * 32, input_quantization=(0.03, -7))
DRIVER = """
#include <stdio.h>
#include <stdlib.h>
#include "word_features.h"

/* Each sound: features of its frames one by one, then the model's input. Buffers have not a byte more. */
int main(void) {
    int16_t *sound = (int16_t *)malloc(2 * WORD_SAMPLES), features[WORD_BANDS];
    int8_t *input = (int8_t *)malloc(WORD_FRAMES * WORD_BANDS);
    uint32_t *noise = (uint32_t *)malloc(4 * WORD_BANDS);
    void *work = malloc(WORD_WORK_BYTES);
    while (fread(sound, 2, WORD_SAMPLES, stdin) == WORD_SAMPLES) {
        tkd_micro_frontend_start(&word_micro_frontend, noise);
        for (uint32_t i = 0; i < WORD_FRAMES; ++i) {
            tkd_micro_frontend_frame(&word_micro_frontend, sound + i * WORD_HOP, noise, work, features);
            fwrite(features, 2, WORD_BANDS, stdout);
        }
        word_from_sound(sound, noise, work, input);
        fwrite(input, 1, WORD_FRAMES * WORD_BANDS, stdout);
    }
    free(sound);
    free(input);
    free(noise);
    free(work);
    return 0;
}
"""
FULL = MicroFrontend(44_100, 22_050, 1323, 441, 64, 60.0, 22_050.0)
TINY = MicroFrontend(8000, 1000, 64, 64, 5, 0.0, 4000.0)
BUILDS = {"gcc-c99": ["gcc", "-std=c99", "-O2"], "clang-c++17": ["clang++", "-std=c++17", "-O1", "-x", "c++"]}


def built(folder: Path, front: AudioFrontend, command: list[str]) -> list[str]:
    """The driver of ``front``, compiled."""
    files = {path.rpartition("/")[2]: text for path, text in feature_files(MODEL, front, {}).items()}
    files |= {Path(path).name: (FIRMWARE / path).read_text() for path in feature_sources(front)}
    number = "#define WORD_MODEL 0xababababu\n"
    for name, text in {**files, "word.h": f"#include <stdint.h>\n{number}", "driver.c": DRIVER}.items():
        (folder / name).write_text(text)
    sources = sorted(name for name in [*files, "driver.c"] if name.endswith(".c"))
    subprocess.run([*command, *STRICT.split(), "-I.", *sources, "-o", "run"], cwd=folder, check=True)
    return [str(folder / "run")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "build"),
    [(SLOW, "clang-c++17"), (FAST, "gcc-c99"), (FULL, "gcc-c99"), (TINY, "gcc-c99")],
    ids=["8 kHz", "16 kHz", "44.1 kHz", "tiny"],
)
def test_c_gives_every_byte(how: MicroFrontend, build: str, tmp_path: Path) -> None:
    """Features and the model's input, under ASan and UBSan."""
    front = AudioFrontend(how, "image", mean=210.5, deviation=93.25)
    played = sounds(how.rate, how.samples)
    done = subprocess.run(
        built(tmp_path, front, BUILDS[build]), input=played.tobytes(), capture_output=True, check=True
    )
    features = micro_features(played, how)
    reals = (features.astype(np.float32) - np.float32(front.mean)) / np.float32(front.deviation)
    inputs = quantize(reals, *MODEL.input_quantization)
    wanted = b"".join(
        part for pair in zip(features, inputs, strict=True) for part in (pair[0].tobytes(), pair[1].tobytes())
    )
    assert done.stdout == wanted


@settings(max_examples=200, deadline=None)
@given(
    mean=st.floats(-2000, 2000, width=32),
    deviation=st.floats(0.5, 2000, width=32),
    scale=st.floats(0.0009765625, 2, width=32),
    zero_point=st.integers(-128, 127),
)
def test_levels_are_the_hosts_quantization(
    mean: float, deviation: float, scale: float, zero_point: int
) -> None:
    table = levels(mean, deviation, scale, zero_point)
    features = np.arange(MOST + 1)
    reals = (features.astype(np.float32) - np.float32(mean)) / np.float32(deviation)
    found = (table[np.newaxis] <= features[:, np.newaxis]).sum(axis=1) - 128
    assert np.array_equal(found, quantize(reals, scale, zero_point))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("0xababababu", "0x01234567u", "word_features.h and word.h are of two models"),
        (
            "VERSION 2",
            "VERSION 3",
            "word_features.h was generated for another version of tkd_micro_frontend.h",
        ),
    ],
)
def test_c_of_two_models_or_versions_is_refused(old: str, new: str, line: str, tmp_path: Path) -> None:
    front = AudioFrontend(SLOW, "image", 200.0, 100.0)
    built(tmp_path, front, ["gcc", "-std=c99"])
    for name in ("word.h", "tkd_micro_frontend.h"):
        text = (tmp_path / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new))
    done = subprocess.run(["gcc", "-c", "-I.", "driver.c"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and line in done.stderr


def test_the_filter_bank_gives_each_bin_away_once() -> None:
    for how in (FAST, SLOW, FULL, TINY):
        bank = how.filter_bank()
        assert (np.abs(bank.weights.astype(int) + bank.unweights - 4096) <= 1).all()
        assert bank.stop <= how.fft // 2 + 1
        steps = itertools.pairwise(zip(bank.starts.tolist(), bank.widths.tolist(), strict=True))
        assert all(start + width == following for (start, width), (following, _) in steps)
