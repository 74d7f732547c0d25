"""One long recording with markers, cut into takes.

A marker is a place in time with a label: the take around it is of that label. Without any marker all of it
is cut into takes of one label, end to end, as a background is. No take spans a gap.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from tinykd.errors import LinkError
from tinykd.recording.frames import Frames
from tinykd.recording.recorder import Recorder, silence
from tinykd.recording.stored import CONTINUOUS, Takes, add_continuous, check_writable, writing_in


class Listener(Protocol):
    """Whoever sets markers, or nobody."""

    def level(self, frames: Frames) -> None:
        """These have just come."""

    def markers(self) -> list[str]:
        """Labels that were set since the last question."""

    def is_over(self) -> bool:
        """Whether somebody has enough."""


class Stretch:
    """Frames without a gap, on disk as they come, and the markers in them: frame, label.

    ``folder`` is where their file is, without a name: it is gone with the stretch.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - the stretch's
        self._folder = folder
        self.markers: list[tuple[int, str]] = []
        self.length = self._channels = 0
        self._low = self._high = np.zeros(0, np.int16)  # of each channel

    def add(self, frames: Frames) -> None:
        """What comes next."""
        if not len(frames):
            return
        with writing_in(self._folder):
            self._file.write(frames.astype("<i2").tobytes())
        low, high = frames.min(axis=0), frames.max(axis=0)
        self._low = np.minimum(low, self._low) if self.length else low
        self._high = np.maximum(high, self._high) if self.length else high
        self.length, self._channels = self.length + len(frames), frames.shape[1]

    @property
    def frames(self) -> Frames:
        """All of them, (length, channels), mapped."""
        return np.memmap(self._file, "<i2", "r", shape=(self.length, self._channels))

    @property
    def silent(self) -> bool:
        """As in ``Quality``."""
        return bool((self._high.astype(np.int32) - self._low <= 1).all())


@dataclass
class Continuous:
    """What was recorded: frames in stretches, and the takes cut from them."""

    stretches: list[Stretch]
    missing: int = 0
    takes: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Frames in all."""
        return sum(stretch.length for stretch in self.stretches)


@dataclass(frozen=True)
class Cut:
    """How takes are cut and where they go."""

    out: Path
    label: str
    seconds: float


def record_continuous(
    recorder: Recorder, cut: Cut, stop_after_s: float | None, listener: Listener
) -> Continuous:
    """Until ``stop_after_s``, the end of a virtual sensor's file, or the listener's; then all is saved.

    Whatever ends it early, an error of the line or Ctrl-C: what had come is saved before that is raised.
    """
    check_writable(cut.out)
    found = Continuous([Stretch(cut.out)])
    wanted = None if stop_after_s is None else round(stop_after_s * recorder.signal.rate_hz)
    left = recorder.left
    wanted = wanted if left is None else min(left, wanted or left)
    try:
        _listen(recorder, found, Listening(cut.out, wanted, listener))
    except LinkError as error:
        fix = f"{_saved(recorder, found, cut)}. {error.fix}"
        raise LinkError(error.where, error.found, error.expected, fix) from error
    except KeyboardInterrupt as interrupted:
        interrupted.add_note(_saved(recorder, found, cut))
        raise
    _check_heard(recorder.device.where, found)
    _save(recorder, found, cut)
    recorder.check_measured()
    return found


@dataclass(frozen=True)
class Listening:
    """``wanted``: frames, lost ones too, after which it ends; ``folder``: where stretches lie meanwhile."""

    folder: Path
    wanted: int | None
    listener: Listener


def _listen(recorder: Recorder, found: Continuous, how: Listening) -> None:
    wanted, listener = how.wanted, how.listener
    with recorder.stream(wanted) as stream:
        for piece in stream:
            if piece.missing and found.stretches[-1].length:
                found.stretches.append(Stretch(how.folder))
            found.missing += piece.missing
            room = len(piece.frames) if wanted is None else wanted - found.length
            found.stretches[-1].add(piece.frames[:room])
            listener.level(piece.frames)
            for label in listener.markers():
                found.stretches[-1].markers.append((found.stretches[-1].length, label))
            if listener.is_over() or (wanted is not None and found.length + found.missing >= wanted):
                return


def _saved(recorder: Recorder, found: Continuous, cut: Cut) -> str:
    _save(recorder, found, cut)
    seconds = found.length / recorder.signal.rate_hz
    return f"What came, {seconds:.3g} s, is kept in {cut.out / CONTINUOUS / cut.label}"


def _save(recorder: Recorder, found: Continuous, cut: Cut) -> None:
    signal = recorder.signal
    wanted = max(1, round(cut.seconds * signal.rate_hz))
    has_markers = any(stretch.markers for stretch in found.stretches)
    for stretch in found.stretches:
        if not stretch.length:
            continue
        frames = stretch.frames
        text = "".join(f"{at / signal.rate_hz:.3f}\t{label or cut.label}\n" for at, label in stretch.markers)
        found.files.append(
            add_continuous(Takes(cut.out, cut.label, signal.suffix), signal.parts(frames), text)
        )
        for label, start in _starts(stretch, cut.label, wanted, has_markers):
            Takes(cut.out, label, signal.suffix).add(signal.parts(frames[start : start + wanted]))
            found.takes[label] = found.takes.get(label, 0) + 1


def _starts(stretch: Stretch, label: str, wanted: int, has_markers: bool) -> Iterator[tuple[str, int]]:
    """Label and first frame of each take."""
    if stretch.length < wanted:
        return
    if not has_markers:
        yield from ((label, start) for start in range(0, stretch.length - wanted + 1, wanted))
    for at, own in stretch.markers:
        yield own or label, min(max(0, at - wanted // 2), stretch.length - wanted)


def _check_heard(where: str, found: Continuous) -> None:
    if all(stretch.silent for stretch in found.stretches):
        raise silence(where, f"silence only, {found.length:,} values long")
