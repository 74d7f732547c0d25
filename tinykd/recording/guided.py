"""A guided session: one take after another until there are enough, each looked at before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from tinykd.errors import ConfigError, LinkError
from tinykd.recording.frames import Frames
from tinykd.recording.recorder import Recorder, Take, check_heard
from tinykd.recording.stored import Takes

MOST_BROKEN = 3  # takes in a row with something missing
CLIPPED = 0.001  # share of samples at full scale, from which on a take counts as clipped


class Verdict(Enum):
    """What becomes of a take."""

    KEEP = "keep"
    DISCARD = "discard"
    QUIT = "quit"


class Prompter(Protocol):
    """Whoever leads the person, or nobody."""

    def ready(self, number: int, count: int) -> bool:
        """Take ``number`` of ``count`` begins when this returns; False: no more."""

    def level(self, frames: Frames) -> None:
        """These have just come."""

    def judge(self, take: Take) -> Verdict:
        """What becomes of it."""

    def note(self, text: str) -> None:
        """A line for the person."""


@dataclass
class Session:
    """What was recorded."""

    folder: Path
    there: int  # takes before
    kept: int = 0
    discarded: int = 0
    broken: int = 0  # recorded again, since values were lost
    clipped: int = 0

    @property
    def takes(self) -> int:
        """That are there now."""
        return self.there + self.kept


def record_takes(recorder: Recorder, takes: Takes, count: int, seconds: float, prompter: Prompter) -> Session:
    """Until ``count`` takes of ``seconds`` are there; those of an earlier session count.

    Whatever ends it early, an error or Ctrl-C, says how many are kept.
    """
    session = Session(takes.folder, takes.count())
    _check_length(recorder, count - session.there, seconds)
    try:
        while session.takes < count and prompter.ready(session.takes + 1, count):
            if not _one(recorder, takes, seconds, prompter, session):
                break
    except LinkError as error:
        raise LinkError(error.where, error.found, error.expected, _kept(session, error.fix)) from error
    except KeyboardInterrupt as interrupted:
        interrupted.add_note(f"{session.takes} takes are in {session.folder}")
        raise
    return session


def _one(recorder: Recorder, takes: Takes, seconds: float, prompter: Prompter, session: Session) -> bool:
    """One take that is whole, and what becomes of it; False: the person has enough."""
    take = _whole(lambda: recorder.take(seconds, prompter.level), recorder, prompter, session)
    check_heard(recorder.device.where, take)
    verdict = prompter.judge(take)
    if verdict is Verdict.KEEP:
        path = takes.add(recorder.signal.parts(take.frames))
        session.kept += 1
        session.clipped += take.quality.clipped > CLIPPED
        prompter.note(f"{path}{remarks(take)}")
    session.discarded += verdict is Verdict.DISCARD
    return verdict is not Verdict.QUIT


def _whole(record: Callable[[], Take], recorder: Recorder, prompter: Prompter, session: Session) -> Take:
    for attempt in range(MOST_BROKEN):
        take = record()
        if not take.missing:
            return take
        session.broken += 1
        if attempt < MOST_BROKEN - 1:
            prompter.note(f"{take.missing:,} values were lost: once more")
    raise recorder.too_slow(take.missing, len(take.frames))


def remarks(take: Take) -> str:
    """What there is to say of one that is kept."""
    share = take.quality.clipped
    return f": {share:.1%} of its values are at full scale, it is too loud" if share > CLIPPED else ""


def _kept(session: Session, fix: str) -> str:
    kept = f"{session.takes} takes are in {session.folder}; the same command goes on from there"
    return f"{fix}. {kept}" if fix else kept


def _check_length(recorder: Recorder, more: int, seconds: float) -> None:
    """A virtual sensor's file must be long enough for the takes that are still wanted."""
    left, rate_hz = recorder.left, recorder.signal.rate_hz
    if left is not None and more > 0 and left < more * max(1, round(seconds * rate_hz)):
        found = f"{left / rate_hz:.3g} s long"
        expected = f"{more * seconds:g} s for {more} takes of {seconds:g} s"
        raise ConfigError("--sensor-file", found, expected, "Lower --takes or --seconds")
