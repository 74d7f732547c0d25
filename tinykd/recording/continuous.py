"""One long recording with markers, cut into takes.

A marker is a place in time with a label: the take around it is of that label. Without any marker all of it
is cut into takes of one label, end to end, as a background is. No take spans a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from tinykd.errors import LinkError
from tinykd.recording.frames import Frames, quality_of
from tinykd.recording.recorder import Recorder, silence
from tinykd.recording.stored import CONTINUOUS, Takes, add_continuous


class Listener(Protocol):
    """Whoever sets markers, or nobody."""

    def level(self, frames: Frames) -> None:
        """These have just come."""

    def markers(self) -> list[str]:
        """Labels that were set since the last question."""

    def is_over(self) -> bool:
        """Whether somebody has enough."""


@dataclass
class Stretch:
    """Frames without a gap, and the markers in them: frame, label."""

    frames: list[Frames] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    length: int = 0

    def add(self, frames: Frames) -> None:
        """What comes next."""
        self.frames.append(frames)
        self.length += len(frames)


@dataclass
class Continuous:
    """What was recorded: frames in stretches, and the takes cut from them."""

    stretches: list[Stretch] = field(default_factory=lambda: [Stretch()])
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
    found = Continuous()
    wanted = None if stop_after_s is None else round(stop_after_s * recorder.signal.rate_hz)
    left = recorder.left
    wanted = wanted if left is None else min(left, wanted or left)
    try:
        _listen(recorder, found, wanted, listener)
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


def _listen(recorder: Recorder, found: Continuous, wanted: int | None, listener: Listener) -> None:
    with recorder.stream(wanted) as stream:
        for piece in stream:
            if piece.missing and found.stretches[-1].length:
                found.stretches.append(Stretch())
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
        frames = np.concatenate(stretch.frames)
        text = "".join(f"{at / signal.rate_hz:.3f}\t{label or cut.label}\n" for at, label in stretch.markers)
        found.files.append(add_continuous(cut.out, cut.label, signal.suffix, signal.content(frames), text))
        for label, start in _starts(stretch, cut.label, wanted, has_markers):
            Takes(cut.out, label, signal.suffix).add(signal.content(frames[start : start + wanted]))
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
    if all(
        quality_of(np.concatenate(stretch.frames)).silent for stretch in found.stretches if stretch.length
    ):
        raise silence(where, f"silence only, {found.length:,} values long")
