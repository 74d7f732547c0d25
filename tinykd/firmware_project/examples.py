"""The sensor examples that fit a model and a board: whole ``app.cpp`` files, or why there is none.

An example is written only where its rate, channels, units and features are the model's; what cannot be known
is not guessed. The interface's number in it keeps it from being compiled for another model.
"""

from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.boards import Board
from tinykd.data.features.camera import Camera
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
from tinykd.firmware_project.cameras import camera_facts
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.motion import channels_of
from tinykd.firmware_project.surroundings import Surroundings

MOST_RATE_HZ = 250.0  # of a sensor that is asked between two bytes of the serial line
MOST_RAM = 0.75  # of the board's, with arena and stack: the core needs the rest
CAMERA_SIDE = 96  # pixels of the stand-in's frame
MOST_DECIMATION = 4
PERIODS = 10  # of the low-pass, to each side


@dataclass(frozen=True)
class SensorExample:
    """``why`` is empty where it is written; then ``facts`` are for its template."""

    name: str
    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    template: str = ""  # where it is not called as the example

    @property
    def path(self) -> str:
        """In the project."""
        return f"examples/{self.name}.cpp"

    @property
    def template_path(self) -> str:
        """Below templates/."""
        return f"project/examples/{self.template or self.name}.cpp.j2"


def example_of(model: ModelSources, board: Board, around: Surroundings | None) -> SensorExample | None:
    """The example for this kind of samples; None where the board's framework is not Arduino's."""
    if board.framework != "arduino":
        return None
    if around is None:
        why = (
            "nothing is known of the rate, the channels and the features of a model that tinykd did not train"
        )
        return SensorExample("sensor", why)
    found = _of_kind(around.frontend, around, board)
    share = 1.0 if board.cpu == "avr" else MOST_RAM  # its core needs next to none
    room = int(board.ram_bytes * share) - model.arena_bytes - board.stack_bytes
    if not found.why and found.facts["ram_bytes"] > room:
        why = f"it would need {found.facts['ram_bytes']:,} bytes of RAM, and {max(room, 0):,} are left for it"
        return SensorExample(found.name, why)
    return found


def note_of(example: SensorExample | None) -> str:
    """One line for a person, empty where there is nothing to say."""
    return f"no examples/{example.name}.cpp: {example.why}" if example and example.why else ""


def _of_kind(frontend: Frontend, around: Surroundings, board: Board) -> SensorExample:
    match frontend:
        case ImageFrontend(camera=camera):
            return _camera(around) if camera is None else _frames(camera, board)
        case SensorFrontend():
            return _accelerometer(frontend, around)
        case TableFrontend():
            return SensorExample("sensor", "a table's columns may be anything: see NAME_from_measured()")
        case AudioFrontend():
            return _microphone(frontend, board)
        case TextFrontend():
            return SensorExample("sensor", "texts come from a person: type one into the serial monitor")
        case _:
            assert_never(frontend)


def _camera(around: Surroundings) -> SensorExample:
    if len(around.shape) != 3 or around.shape[2] not in (1, 3):
        return SensorExample(
            "camera", f"a camera gives grey or RGB, not an input of shape {list(around.shape)}"
        )
    height, width, channels = around.shape
    side = max(CAMERA_SIDE, height, width)
    return SensorExample("camera", facts={"side": side, "ram_bytes": side * side * channels})


def _frames(camera: Camera, board: Board) -> SensorExample:
    found = camera_facts(camera, board)
    if isinstance(found, str):
        return SensorExample("camera", found)
    return SensorExample("camera", facts=found, template="camera_frames")


def _accelerometer(frontend: SensorFrontend, around: Surroundings) -> SensorExample:
    name, rate_hz = "accelerometer", frontend.rate_hz
    if frontend.features is not None:
        why = (
            "measured values are filtered first: see NAME_filters, or say [events] for firmware that listens"
        )
        return SensorExample(name, why)
    if rate_hz is None:
        return SensorExample(name, "the rate of the recordings is not known; say rate in [sensor]")
    if rate_hz > MOST_RATE_HZ:
        return SensorExample(
            name, f"{rate_hz:g} values per second are more than the {MOST_RATE_HZ:g} it can read"
        )
    if not around.shape or around.shape[2] != len(frontend.mean):
        return SensorExample(name, f"its windows are (time, 1, channels), the model's {list(around.shape)}")
    channels = channels_of(frontend.columns)
    if isinstance(channels, str) or len(channels) != len(frontend.mean):
        return SensorExample(name, channels if isinstance(channels, str) else "its channels have no names")
    facts = {
        "rate_hz": rate_hz,
        "period_us": round(1e6 / rate_hz),
        "window": around.shape[0],
        "channels": channels,
        "ram_bytes": around.shape[0] * len(channels),
    }
    return SensorExample(name, facts=facts)


def _microphone(frontend: AudioFrontend, board: Board) -> SensorExample:
    """From the board's own microphone, every so many of its samples; without one, from an analog pin."""
    how = frontend.how
    rates = [hz for hz in board.microphone_hz if hz % how.rate == 0 and hz // how.rate <= MOST_DECIMATION]
    if board.microphone_hz and not rates:
        offered = ", ".join(f"{hz:,}" for hz in board.microphone_hz)
        why = f"the board's microphone gives {offered} samples per second, of which {how.rate:,} are no part"
        return SensorExample("microphone", why)
    every = min(rates) // how.rate if rates else 1
    facts = {
        "rate": how.rate,
        "samples": how.samples,
        "pdm_hz": min(rates) if rates else None,
        "every": every,
        "taps": low_pass(every).tolist(),
        "micro": isinstance(how, MicroFrontend),
        "ram_bytes": 2 * how.samples + _sound_ram(how, board) + 1024,
    }
    return SensorExample("microphone", facts=facts)


def _sound_ram(how: SoundFeatures, board: Board) -> int:
    """Bytes that the features need; an AVR has tables of floats in RAM, those of integers in flash."""
    match how:
        case LogMel():
            tables = 4 * (how.frame + how.fft + int(np.count_nonzero(how.weights())))
            return 8 * how.fft + 4 * how.bands + (tables if board.cpu == "avr" else 0)
        case MicroFrontend():
            return 3 * max(8 * how.bands, 2 * how.fft + 4) + 4 * how.bands
        case _:
            assert_never(how)


def low_pass(every: int) -> NDArray[np.int64]:
    """Taps before one of ``every`` samples is kept; their sum is 2^15. As SciPy: Kaiser, beta 5."""
    if every == 1:
        return np.array([], np.int64)
    half = PERIODS * every
    taps = np.sinc(np.arange(-half, half + 1) / every) * np.kaiser(2 * half + 1, 5.0)
    whole = np.rint(32768 * taps / taps.sum()).astype(np.int64)
    whole[half] += 32768 - whole.sum()
    return np.asarray(whole)
