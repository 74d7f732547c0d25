"""A board's sensor that is recorded from: what it is, one take after another, one long recording."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tinykd.errors import ConfigError, DataError, LinkError
from tinykd.link.device import Device
from tinykd.link.frames import most_wire_bytes
from tinykd.link.sensor_stream import SensorSource, SensorStream
from tinykd.link.stream_messages import Block, Sensor, Stopped
from tinykd.recording.frames import Frames, Piece, Quality, RateMeter, pieces, quality_of
from tinykd.recording.stored import Signal
from tinykd.recording.virtual import VirtualSensor

SETTLE_S = 0.2  # of a real sensor that has just been started, which is thrown away
RATE_TOLERANCE = 0.05  # of the rate that the sensor says
BITS_A_BYTE = 10  # on a serial line: start, eight, stop
OnFrames = Callable[[Frames], None]


@dataclass(frozen=True)
class Take:
    """So many frames as they were measured; ``missing`` were lost among them."""

    frames: Frames
    missing: int
    rate_hz: float | None  # measured
    quality: Quality


class Recorder:
    """Records from the sensor of ``device``; ``virtual`` is what a virtual one measures.

    ``LinkError`` or ``ConfigError`` where there is none, or one of another rate than ``rate_hz``.
    """

    def __init__(self, device: Device, virtual: VirtualSensor | None = None, rate_hz: float | None = None):
        self.device, self._virtual = device, virtual
        self.sensor = device.sensor()
        self.measured_hz: float | None = None
        self.starved = 0
        self._fed = 0  # frames of the virtual sensor's file that were used
        self._block_frames = 1  # of the last stream
        _check_source(device.where, self.sensor, virtual)
        self.signal = virtual.signal if virtual else signal_of(self.sensor)
        check_rate(device.where, self.signal.rate_hz, rate_hz)

    @property
    def left(self) -> int | None:
        """Frames that a virtual sensor has left; None: a real one, which goes on."""
        return None if self._virtual is None else len(self._virtual.source.samples) - self._fed

    def take(self, seconds: float, on_frames: OnFrames) -> Take:
        """So long; ``on_frames`` hears of the frames as they come."""
        wanted = max(1, round(seconds * self.signal.rate_hz))
        skip = 0 if self._virtual else round(SETTLE_S * self.signal.rate_hz)
        got: list[Frames] = []
        missing = 0
        with self.stream(wanted) as stream:
            for piece in stream:
                missing += piece.missing if got else 0
                frames, skip = piece.frames[skip:], max(0, skip - len(piece.frames))
                if len(frames):
                    got.append(frames)
                    on_frames(frames)
                if sum(map(len, got)) >= wanted:
                    break
        frames = np.concatenate(got)[:wanted]
        if missing and self._virtual:
            self._fed -= wanted  # the same part of the file once more
        self.check_measured()
        return Take(frames, missing, self.measured_hz, quality_of(frames))

    def stream(self, frames: int | None) -> "Stream":
        """Pieces, without end; of a virtual sensor the next ``frames``, or all that are left."""
        source = self._next(frames) if self._virtual else None
        started = self.device.start_stream(self.sensor, source)
        self._block_frames = started.block_frames
        return Stream(self, started)

    def _next(self, frames: int | None) -> SensorSource:
        assert self._virtual is not None
        source = self._virtual.source
        end = len(source.samples) if frames is None else self._fed + frames
        samples, self._fed = source.samples[self._fed : end], end
        return SensorSource(samples, source.rate_millihz)

    def check_measured(self) -> None:
        """``LinkError`` when a real sensor's rate is not what it says."""
        if not self._virtual:
            check_clock(self.device.where, self.measured_hz, self.signal.rate_hz)

    def too_slow(self, missing: int, frames: int) -> LinkError:
        """The line or the board does not keep up."""
        bits = self.wire_bytes_per_s() * BITS_A_BYTE
        found = f"{missing:,} of {frames + missing:,} values were lost on the way"
        expected = f"a line that carries {bits:,.0f} bits per second, and a board that keeps up"
        fix = "Raise the baud rate, lower the sensor's rate, or make its ring larger"
        return LinkError(self.device.where, found, expected, fix)

    def wire_bytes_per_s(self) -> float:
        """What the last stream needed of the line, in blocks as it came."""
        block_bytes = Block.HEAD_BYTES + 2 * len(self.signal.names) * self._block_frames
        return (1 + most_wire_bytes(block_bytes)) * self.signal.rate_hz / self._block_frames


class Stream:
    """The pieces of one stream, which is stopped at the end of the context."""

    def __init__(self, recorder: Recorder, stream: SensorStream) -> None:
        self._recorder, self._stream = recorder, stream
        self._meter = RateMeter(stream.tick_hz)
        self.stopped: Stopped | None = None

    def __iter__(self) -> Iterator[Piece]:
        return pieces(self._stream, self._meter)

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.stopped = self._recorder.device.stop_stream()
            self._recorder.starved += self.stopped.starved
            if not self.stopped.starved:  # its clock stood still meanwhile
                self._recorder.measured_hz = self._meter.rate_hz or self._recorder.measured_hz


def _check_source(where: str, sensor: Sensor, virtual: VirtualSensor | None) -> None:
    if sensor.is_fed and virtual is None:
        found = "the board's sensor is a virtual one, and nothing says what it measures"
        raise ConfigError(where, found, "a file", "Name it: --sensor-file sound.wav")
    if virtual is not None and not sensor.is_fed:
        found = "given, but the board has a sensor of its own"
        raise ConfigError("--sensor-file", found, "firmware with a virtual sensor", "Leave it out")


def signal_of(sensor: Sensor) -> Signal:
    """What the frames of a real ``sensor`` mean."""
    names = tuple(name.strip() for name in sensor.names.split(","))
    if len(names) != sensor.channels or len(set(names)) != len(names) or not all(names):
        names = tuple(f"channel{i}" for i in range(sensor.channels))
    return Signal(sensor.rate_millihz / 1000, names, sensor.scale, sensor.is_sound)


def check_rate(where: str, rate_hz: float, wanted_hz: float | None) -> None:
    """``ConfigError`` where somebody wants another rate than the sensor has."""
    if wanted_hz is not None and abs(rate_hz - wanted_hz) > 1e-3 * wanted_hz:
        found = f"the sensor gives {rate_hz:,.7g} values per second"
        raise ConfigError(where, found, f"{wanted_hz:,.7g} as --rate says", "Change one of the two")


def check_clock(where: str, measured_hz: float | None, said_hz: float) -> None:
    """``LinkError`` where the board's counter says another rate than its sensor."""
    if measured_hz is None or abs(measured_hz / said_hz - 1) <= RATE_TOLERANCE:
        return
    found = f"the sensor gives {measured_hz:,.0f} values per second by the board's clock"
    fix = "Correct rate_millihz of its tkd_sensor, or its driver"
    raise LinkError(where, found, f"{said_hz:,.0f}, as the firmware says", fix)


def check_heard(where: str, take: Take) -> None:
    """``DataError`` where no channel moves."""
    if take.quality.silent:
        value = ", ".join(str(count) for count in take.frames[-1][:6])
        raise silence(where, f"silence only: all {len(take.frames):,} values are {value}")


def silence(where: str, found: str) -> DataError:
    """A sensor that gives nothing."""
    return DataError(where, found, "a sensor that measures", "Check its wiring, power and driver")
