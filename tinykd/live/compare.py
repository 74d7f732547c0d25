"""What a board heard beside what the host heard: byte for byte, inference for inference, event for event."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tinykd.events.detect import Event
from tinykd.link.live_messages import Answer
from tinykd.live.hear import Hearing

Part = Literal["features", "model", "scores", "event"]


@dataclass(frozen=True)
class HeardDifference:
    """The first inference that is not the host's, and the first part of the way where it is not."""

    answer: int  # from 0 on
    seconds: float  # of the recording
    part: Part


@dataclass(frozen=True)
class Load:
    """How busy the board was. Shares of the time that the recording takes, or would take."""

    features: float
    model: float
    inference_ticks: tuple[int, ...]  # of each

    @property
    def total(self) -> float:
        """1 is all the time there is."""
        return self.features + self.model


@dataclass(frozen=True)
class StreamVerification:
    """The verdict on one board."""

    board: str
    seconds: float
    answers: int  # that there must be
    came: int
    inputs_exact: int  # windows of features
    outputs_exact: int
    scores_exact: int
    events: tuple[Event, ...]  # the host's
    board_events: tuple[Event, ...]
    events_equal: int
    load: Load
    starved: int
    tick_unit: str
    difference: HeardDifference | None

    @property
    def exact(self) -> bool:
        """Everything is the host's."""
        return self.difference is None and self.came == self.answers and self.events == self.board_events

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` gives it."""
        facts = asdict(self)
        facts["load"] = {"features": self.load.features, "model": self.load.model}
        ticks = self.load.inference_ticks
        facts["ticks"] = {"least": min(ticks, default=0), "most": max(ticks, default=0)}
        return facts | {"exact": self.exact}


def first_difference(
    answers: Sequence[Answer], wanted: Hearing, first_s: float, hop_s: float
) -> HeardDifference | None:
    """Of ``answers`` in their order, each with its number."""
    fired = {event.step: event for event in wanted.events}
    for answer in answers:
        step = answer.number - 1
        if part := _part(answer, wanted, step, fired.get(step)):
            return HeardDifference(step, first_s + step * hop_s, part)
    return None


def _part(answer: Answer, wanted: Hearing, step: int, event: Event | None) -> Part | None:
    if answer.input_hash != wanted.input_hashes[step]:
        return "features"
    if answer.output_hash != wanted.output_hashes[step]:
        return "model"
    if not same_scores(answer, wanted, step):
        return "scores"
    found = (answer.index, answer.score) if answer.index >= 0 else None
    return None if found == ((event.index, event.score) if event else None) else "event"


def same_scores(answer: Answer, wanted: Hearing, step: int) -> bool:
    """As many of the averages as a report holds."""
    return bool(wanted.averages[step].tobytes()[: len(answer.averages)] == answer.averages)
