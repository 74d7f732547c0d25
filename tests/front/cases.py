"""A front end of each kind, and raw samples of it that reach the ends of what it takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.camera import Camera, centered_crop
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.data.features.sensor_features import SensorFeatures
from tinykd.data.features.spectrum import Spectrum
from tinykd.data.features.text import TextFeatures
from tinykd.front.raw_input import RawInput
from tinykd.project.text import TextSection

SCALE, ZERO_POINT = 0.03125, -7
Rows = NDArray[np.int8]
Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """``draw``: (n, raw bytes) of samples."""

    raw: RawInput
    draw: Callable[[Rng, int], Rows]


def _bytes(x: NDArray[np.generic]) -> Rows:
    return np.ascontiguousarray(x.reshape(len(x), -1)).view(np.int8)


def _sounds(samples: int) -> Callable[[Rng, int], Rows]:
    def draw(rng: Rng, n: int) -> Rows:
        time = np.arange(samples)
        loud = 2.0 ** rng.uniform(-2, 17, (n, 1))
        waves = rng.standard_normal((n, samples)) + 2 * np.sin(time * rng.uniform(0.01, 3, (n, 1)))
        found = np.clip(np.rint(loud * waves / 2), -32768, 32767).astype("<i2")
        ends = np.array([-32768, 32767, 0], "<i2")[:, np.newaxis] + np.zeros((1, samples), "<i2")
        found[: min(3, n)] = ends[: min(3, n)]
        return _bytes(found)

    return draw


def _measured(values: int, channels: int) -> Callable[[Rng, int], Rows]:
    def draw(rng: Rng, n: int) -> Rows:
        loud = 2.0 ** rng.uniform(-6, 6, (n, 1, channels))
        found = rng.standard_normal((n, values, channels)) * loud + rng.uniform(-9, 9, (n, 1, channels))
        found[:1] = 0
        found[1:2] = 1e30 * rng.choice([-1.0, 1.0], found[1:2].shape)  # the ends of 16 bits, in turn
        found[2:3] = 1e30
        found[3:4, ::2] = 1e-42
        return _bytes(found.astype("<f4"))

    return draw


def _frames(camera: Camera) -> Callable[[Rng, int], Rows]:
    def draw(rng: Rng, n: int) -> Rows:
        shape = (camera.frame_height, camera.frame_width, camera.channels)
        found = rng.integers(0, 256, (n, *shape), dtype=np.uint8)
        found[:1] = 255
        found[1:2] = 0
        found[2:3] = rng.choice(np.array([0, 255], np.uint8), (min(1, max(0, n - 2)), *shape))
        return _bytes(found)

    return draw


_PIECES = (
    *("turn", " on", "THE", "light", "aaaaaaaa", " ", "\t\r\n", "\0", "'s", "...", "<a>", "1.5", "💡"),
    *(
        "👍🏽",
        "Ünï",
        "ÀÞ\u00d7",
        "ẞ",
        "ŁŹĲĿŸ",
        "İ",
        "ΑΣάΊΌΎϏϐϴϹϽ",
        "ЁЖѠҐӀӁԮ",
        "漢字",
        "。",
        "\u200d",
        "\ufeff",
    ),
)
_BROKEN = (
    *(b"\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x92", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90"),
    *("é".encode(encoding) for encoding in ("latin-1", "utf-16")),
)


def _texts(longest: int) -> Callable[[Rng, int], Rows]:
    """Pieces of texts, some in other encodings, cut where the bytes end; a quarter is random bytes."""

    def draw(rng: Rng, n: int) -> Rows:
        known = [*(piece.encode() for piece in _PIECES), *_BROKEN]
        found = rng.integers(0, 256, (n, longest), dtype=np.uint8)
        for row in found[: n - n // 4]:
            picked = rng.integers(0, len(known), rng.integers(0, longest))
            text = b"".join(known[i] for i in picked)[: rng.integers(1, longest + 1)]
            row[:] = np.frombuffer(text.ljust(longest, b"\0"), np.uint8)
        found[:1] = 0
        found[1:2] = ord("a")
        found[2:3] = 0xFF
        return _bytes(found)

    return draw


def _case(frontend: Frontend, shape: tuple[int, int, int], draw: Callable[[Rng, int], Rows]) -> Case:
    return Case(RawInput(frontend, SCALE, ZERO_POINT, shape), draw)


def _sound(how: LogMel | MicroFrontend, mean: float, deviation: float) -> Case:
    front = AudioFrontend(how, "time", mean, deviation)
    return _case(front, (how.frames, 1, how.bands), _sounds(how.samples))


def _sensor(how: SensorFeatures, values: int) -> Case:
    rows = how.spectrum.frames if how.spectrum else values
    rng = np.random.default_rng(5)
    middle, spread = (900.0, 120.0) if how.spectrum else (3e4, 2e5)
    mean = tuple((middle * rng.uniform(0.1, 1, how.row)).astype(np.float32).tolist())
    deviation = tuple((spread * rng.uniform(0.5, 2, how.row)).astype(np.float32).tolist())
    front = SensorFrontend(mean, deviation, how.rate_hz, features=how)
    return _case(front, (rows, 1, how.row), _measured(values, how.measured))


def _image(camera: Camera, whole: bool = False) -> Case:
    front = ImageFrontend(255.0, 0.0, None if whole else camera)
    return _case(front, (camera.height, camera.width, camera.output_channels), _frames(camera))


STEPS = (2.0**-10, 2.0**-10, 2.0**-10, 2.0**-8, 2.0**-8, 2.0**-8)
PLAIN = SensorFeatures(STEPS, 50.0)
SPECTRUM = Spectrum(50.0, 96, 40, 24, 8, 1.2, 25.0)
SMALL_CROP = centered_crop((24, 40), (9, 12))
SAID = ("turn on the light", "turn off the lights", "Ünï ΑΣ light", "aaaaaaaa aaaa", "the 漢字 💡 💡")


def _text(**keys: object) -> Case:
    how = TextFeatures(TextSection.model_validate(keys)).learnt(SAID)
    return _case(TextFrontend(how), (1, 1, how.length), _texts(how.settings.longest_bytes))


CASES = {
    "micro_frontend": _sound(MicroFrontend(8000, 960, 240, 160, 16, 125.0, 3750.0), 190.25, 81.5),
    "integer_log_mel": _sound(IntegerLogMel(8000, 960, 240, 160, 16, 125.0, 3750.0), 900.0, 120.0),
    "log_mel": _sound(LogMel(8000, 480, 120, 80, 12, 125.0, 3750.0, 1e-6), -8.0, 3.5),
    "sensor": _case(SensorFrontend((0.1, -2.0, 1.0), (0.7, 1.3, 4.0), 50.0), (16, 1, 3), _measured(16, 3)),
    "table": _case(TableFrontend((0.1, -2.0, 1.0), (0.7, 1.3, 4.0)), (1, 1, 3), _measured(1, 3)),
    "gravity": _sensor(replace(PLAIN, gravity_hz=0.3, gravity_channels=(0, 1, 2)), 40),
    "high_pass": _sensor(replace(PLAIN, high_pass_hz=2.0), 40),
    "low_pass": _sensor(replace(PLAIN, low_pass_hz=24.9), 40),
    "magnitude": _sensor(replace(PLAIN, magnitude="only"), 12),
    "filters": _sensor(
        replace(
            PLAIN,
            gravity_hz=0.05,
            gravity_channels=(2, 0),
            high_pass_hz=0.5,
            low_pass_hz=12.0,
            magnitude="added",
        ),
        40,
    ),
    "spectrum": _sensor(SensorFeatures(STEPS[:2], 50.0, spectrum=SPECTRUM), 96),
    "filtered_spectrum": _sensor(
        SensorFeatures(STEPS[:3], 50.0, high_pass_hz=0.5, magnitude="only", spectrum=SPECTRUM), 96
    ),
    "image": _image(Camera.whole(7, 5, 3), whole=True),
    "area": _image(Camera(24, 40, 3, *SMALL_CROP, 9, 12, "area", grey=True)),
    "area_colour": _image(Camera(24, 40, 3, 0, 0, 24, 40, 7, 11)),
    "bilinear": _image(Camera(24, 40, 1, *SMALL_CROP, 9, 12, "bilinear")),
    "words": _text(length=20, longest_bytes=100),
    "four_words": _text(words=4, vocabulary=3, lower_case=False),
    "characters": _text(words=1, characters=(2, 8), length=200, vocabulary=32_767),
    "bytes": _text(tokens="bytes", length=40, longest_bytes=50),
    "byte_pairs": _text(tokens="bpe", length=128, vocabulary=300),
    "no_pairs": _text(tokens="bpe", length=5, longest_bytes=7, vocabulary=258),
    "enlarged": _image(Camera(6, 5, 3, 0, 1, 6, 4, 9, 12, "bilinear", grey=True)),
}
