"""Log-mel features: hand-computed values, and the C front end beside them."""

import subprocess

import numpy as np
import pytest
from scipy.fft import rfft

from tinykd.data.features.float_log import float_log
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log_mel import LogMel, log_mel
from tinykd.errors import ConfigError
from tinykd.firmware_project import ModelSources
from tinykd.firmware_project.features import feature_files
from tinykd.project.samples import AudioSection

HOW = LogMel.of(AudioSection(rate=8000, seconds=0.25, frame_ms=30, hop_ms=10, n_mels=20))
RNG = np.random.default_rng(0)


def tone(hertz, samples=2000, rate=8000):
    return np.sin(2 * np.pi * hertz * np.arange(samples) / rate).astype(np.float32)


def test_sizes():
    assert (HOW.frame, HOW.hop, HOW.fft, HOW.samples) == (240, 80, 256, 2000)
    assert HOW.frames == 23 and log_mel(np.zeros((2, 2000), np.float32), HOW).shape == (2, 23, 20)


def test_silence_is_the_offset():
    assert np.allclose(log_mel(np.zeros((1, 2000), np.float32), HOW), np.log(1e-6), atol=1e-6)


def test_one_frame_by_the_formula():
    """Written out once more, with another library's transform."""
    sound = RNG.uniform(-1, 1, 2000).astype(np.float32)
    window = 0.5 * (1 - np.cos(2 * np.pi * np.arange(240) / 240))
    power = np.abs(rfft(sound[80:320] * window, 256)) ** 2 / np.sum(window**2)
    mel = np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 4000 / 700), 22)
    edge = 700 * (10 ** (mel / 2595) - 1)
    found = log_mel(sound[np.newaxis], HOW)[0, 1]
    for b in range(20):
        low, peak, high = edge[b : b + 3]
        energy = 0.0
        for k in range(129):
            f = k * 8000 / 256
            rising, falling = (f - low) / (peak - low), (high - f) / (high - peak)
            energy += max(0.0, min(rising, falling)) * power[k]
        assert found[b] == pytest.approx(np.log(energy + 1e-6), abs=1e-4)


def test_a_tone_is_loudest_in_its_band():
    for hertz in (300, 1000, 2500):
        features = log_mel(tone(hertz)[np.newaxis], HOW)[0].mean(axis=0)
        nearest = HOW.weights()[:, round(hertz * 256 / 8000)].argmax()
        assert features.argmax() == nearest


def test_a_gain_moves_all_features_alike():
    sound = RNG.uniform(-0.5, 0.5, (1, 2000)).astype(np.float32)
    quiet, loud = log_mel(sound, HOW), log_mel(2 * sound, HOW)
    assert np.allclose(loud - quiet, np.log(4), atol=1e-3)


def test_white_noise_is_as_loud_as_its_bands_are_wide():
    noise = RNG.standard_normal((200, 2000)).astype(np.float32)
    mean = np.log(np.exp(log_mel(noise, HOW).astype(np.float64)).mean(axis=(0, 1)))
    assert np.allclose(mean, HOW.noise(), atol=0.05)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (
            {"frame_ms": 999.0, "seconds": 0.5},
            "[audio] frame_ms: frames of 15984 samples every 320 in a sound of 8000; "
            "expected at least one whole frame",
        ),
        (
            {"f_max": 9000.0},
            "[audio] f_max: bands from 60 to 9000 Hz at 16000 samples per second; "
            "expected f_min < f_max <= 8000",
        ),
        (
            {"n_mels": 200},
            "[audio] n_mels: band 1 of 200 holds none of 257 frequencies; expected a frequency in each. "
            "Use fewer bands or longer frames",
        ),
    ],
)
def test_parameters_that_cannot_be(keys, text):
    with pytest.raises(ConfigError) as caught:
        LogMel.of(AudioSection(**keys))
    assert str(caught.value) == text


# --- in C ---------------------------------------------------------------------------------------------------

STRICT = (
    "-std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wdouble-promotion "
    "-Wstrict-prototypes -Wvla"
)
DRIVER = """
#include <stdio.h>
#include "word_features.h"

int main(void) {
    static int16_t sound[WORD_SAMPLES];
    static float work[2 * WORD_FFT], out[WORD_BANDS];
    if (fread(sound, sizeof sound[0], WORD_SAMPLES, stdin) != WORD_SAMPLES) {
        return 1;
    }
    for (uint32_t i = 0; i < word_log_mel.frames; ++i) {
        tkd_log_mel_frame(&word_log_mel, sound + i * word_log_mel.hop, work, out);
        fwrite(out, sizeof out[0], WORD_BANDS, stdout);
    }
    return 0;
}
"""
WAYS = {
    "gcc": ("gcc", STRICT, "-ffp-contract=fast"),
    "fused": ("gcc", STRICT, "-O3 -march=x86-64-v3 -ffp-contract=fast"),
    "clang": ("clang", STRICT, "-march=x86-64-v3"),
    "sanitized": ("gcc", STRICT, "-fsanitize=address,undefined -fno-sanitize-recover=all"),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_front_end_in_c_gives_the_same_bytes(tmp_path, way):
    """For a tone in noise, noise of all loudnesses, silence and full scale; products are never fused."""
    front = AudioFrontend(HOW, "image", mean=-4.0, deviation=2.5)
    model = ModelSources("word", {}, (), 0, 0, "00" * 32)
    files = feature_files(model, front, {"task": "classification", "classes": ["a"]})
    for path, text in files.items():
        (tmp_path / path.rpartition("/")[2]).write_text(text)
    (tmp_path / "word.h").write_text("#include <stdint.h>\n")
    (tmp_path / "driver.c").write_text(DRIVER)
    compiler, *flags = WAYS[way]
    command = [compiler, *" ".join(flags).split(), "-I.", "driver.c", "-o", "run"]
    subprocess.run(command, check=True, cwd=tmp_path, stdin=subprocess.DEVNULL)
    noise = RNG.standard_normal((5, 2000)) * [[1], [0.1], [1e-2], [1e-3], [1e-4]]
    for wave in (0.3 * tone(440) + 0.05 * noise[0], *noise, np.zeros(2000), 2 * np.sign(tone(100))):
        sound = np.clip(np.rint(32767 * wave), -32768, 32767).astype(np.int16)
        done = subprocess.run([str(tmp_path / "run")], input=sound.tobytes(), capture_output=True, check=True)
        features = log_mel(sound[np.newaxis].astype(np.float32) / np.float32(32768), HOW)[0]
        assert done.stdout == ((features - np.float32(-4.0)) / np.float32(2.5)).tobytes()


def test_the_logarithm_is_within_a_rounding():
    x = np.exp(RNG.uniform(-80, 80, 100_000)).astype(np.float32)
    wanted = np.log(x.astype(np.float64))
    assert np.abs(float_log(x) - wanted).max() <= np.spacing(np.float32(128)) / 2 * 1.01
    near = RNG.uniform(0.7, 1.4, 100_000).astype(np.float32)
    error = np.abs(float_log(near) - np.log(near.astype(np.float64)))
    assert (error <= np.abs(np.spacing(float_log(near)))).all()
