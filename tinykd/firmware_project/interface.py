"""What goes into a model and what comes out, as lines for a person and as one number that code can ask for.

Code that was written for one model is wrong for another whose rate, channels, features or classes differ,
although it compiles; so it names the number, and the preprocessor refuses another. What training alone
changes (weights, scales, normalisation, a threshold) is not in it: code takes those from the headers.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    SoundFeatures,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.surroundings import Surroundings


@dataclass(frozen=True)
class Interface:
    """``number`` is C: the CRC-32 of ``lines``."""

    lines: tuple[str, ...]

    @property
    def number(self) -> str:
        """Of eight hexadecimal digits."""
        return f"0x{zlib.crc32(chr(10).join(self.lines).encode()):08x}u"


def interface_of(
    model: ModelSources, around: Surroundings | None, labels: tuple[str, ...] | None
) -> Interface:
    """Of ``model``; without ``around`` no more is known than its sizes and the names of its classes."""
    if around is None:
        sizes = (f"input: {model.input_bytes} bytes", f"output: {model.output_bytes} bytes")
        return Interface((*sizes, *_named("class", labels or ())))
    shape = " x ".join(str(size) for size in around.shape)
    head = (f"task: {around.task}", f"input: {shape}, of kind {around.kind}")
    return Interface((*head, *_input_lines(around.frontend), *_output_lines(around)))


def _input_lines(frontend: Frontend) -> Iterator[str]:
    match frontend:
        case ImageFrontend(divisor=span, black=black, camera=camera):
            yield f"pixels from {black:g} to {black + span:g}"
            if camera is not None:
                yield f"frames of {camera.frame_height} x {camera.frame_width} x {camera.channels}"
        case SensorFrontend(rate_hz=rate_hz, columns=columns, features=features):
            yield ("rate: not known" if rate_hz is None else f"rate: {rate_hz:g} values per second")
            yield from _named("channel", columns)
            if features is not None:
                yield f"features: {features.row} of {features.measured} channels"
        case TableFrontend(columns=columns):
            yield from _named("column", columns)
        case AudioFrontend(how=how, layout=layout):
            yield from _sound_lines(how, layout)
        case TextFrontend(how=how):
            yield f"text: {how.length} ids below {how.rows}"
        case _:
            assert_never(frontend)


def _sound_lines(how: SoundFeatures, layout: str) -> Iterator[str]:
    yield f"rate: {how.rate} samples per second, {how.samples} of them"
    frames = f"{how.frames} frames of {how.frame} samples every {how.hop}"
    bands = f"{frames}, {how.bands} bands from {how.f_min:g} to {how.f_max:g} Hz"
    match how:
        case LogMel():
            yield f"log-mel: {bands}"
            yield f"log-mel: offset {how.offset:g}, layout {layout}"
        case MicroFrontend():
            title = "integer log-mel" if how.is_plain else "micro frontend"
            yield f"{title}: {bands}"
            yield f"{title}: layout {layout}"
        case _:
            assert_never(how)


def _output_lines(around: Surroundings) -> Iterator[str]:
    if around.targets is not None:
        yield from _named("target", around.targets["names"])
    elif around.threshold is None:
        yield from _named("class", around.classes)


def _named(what: str, names: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{what} {index}: {name}" for index, name in enumerate(names))
