"""Takes that the page of ``tinykd record --page`` recorded: judged and written as those of the terminal.

A take is one line of JSON (``TakeHead``), and behind its end the samples: int16, little endian, channel
by channel. The page is foreign to the tool: nothing of it is believed that is not looked at here.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tinykd.errors import DataError, LinkError
from tinykd.link.packed import MalformedPayload
from tinykd.link.stream_messages import Sensor
from tinykd.recording.frames import quality_of
from tinykd.recording.guided import remarks
from tinykd.recording.recorder import Take, check_clock, check_heard, check_rate, signal_of
from tinykd.recording.stored import Signal, Takes, checked_label

WHERE = "board"  # its port is the browser's to know
MOST_BYTES = 32 * 2**20  # of a take


class TakeHead(BaseModel):
    """What the page says of a take; ``sensor``: the board's reply to 0x8A, in hexadecimal digits."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: str
    sensor: str = Field(pattern=r"^([0-9a-f]{2})+$", max_length=2000)
    missing: int = Field(ge=0)
    measured_hz: float | None = Field(gt=0, allow_inf_nan=False)


@dataclass
class Received:
    """Takes for the folder ``out``; ``rate_hz``: what their sensor must give, if anybody said so."""

    out: Path
    rate_hz: float | None = None
    kept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def there(self, label: str, *, is_sound: bool) -> int:
        """How many takes of ``label`` there are."""
        return Takes(self.out, checked_label(label), Signal(1.0, (), is_sound=is_sound).suffix).count()

    def add(self, body: bytes) -> tuple[Path, str]:
        """The file of one more take, and a remark; ``UserError`` where it is worth nothing."""
        head, samples = _parsed(body)
        sensor = _sensor(head)
        signal = signal_of(sensor)
        take = _take(head, samples, sensor.channels)
        check_rate(WHERE, signal.rate_hz, self.rate_hz)
        check_clock(WHERE, take.rate_hz, signal.rate_hz)
        check_heard(WHERE, take)
        takes = Takes(self.out, checked_label(head.label), signal.suffix)
        with self._lock:
            path = takes.add(signal.parts(take.frames))
            self.kept += 1
        return path, remarks(take)


def _parsed(body: bytes) -> tuple[TakeHead, bytes]:
    head, newline, samples = body.partition(b"\n")
    try:
        return TakeHead.model_validate_json(head if newline else b""), samples
    except ValidationError as error:
        found = f"a take that makes no sense ({error.errors()[0]['msg']})"
        raise DataError("the page", found, "one of this tool", "Load the page again") from error


def _sensor(head: TakeHead) -> Sensor:
    try:
        sensor = Sensor.from_bytes(bytes.fromhex(head.sensor))
    except MalformedPayload as error:
        raise LinkError(
            WHERE, f"an answer makes no sense ({error})", "tinykd's protocol", "Flash it again"
        ) from error
    if not sensor.channels or not sensor.rate_millihz or not np.isfinite(sensor.scale):
        found = (
            f"a sensor of {sensor.channels} channels, {sensor.rate_millihz} mHz and scale {sensor.scale:g}"
        )
        raise LinkError(WHERE, found, "one that measures", "Correct its tkd_sensor")
    return sensor


def _take(head: TakeHead, samples: bytes, channels: int) -> Take:
    if not samples or len(samples) % (2 * channels):
        found = f"{len(samples):,} bytes of samples"
        raise DataError("the page", found, f"a multiple of {2 * channels}", "Load the page again")
    if head.missing:
        raise DataError(
            WHERE, f"{head.missing:,} values were lost", "a take without a gap", "Record it again"
        )
    frames = np.frombuffer(samples, "<i2").reshape(-1, channels).astype(np.int16)
    return Take(frames, head.missing, head.measured_hz, quality_of(frames))
