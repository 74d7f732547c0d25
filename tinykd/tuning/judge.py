"""Events beside the marks of a recording: what was found, missed, taken for another, or fired at nothing.

An event belongs to the marks in whose time it falls: from a mark's start to its end, and as long after as
the model's window and the smoothing reach back. The first event of a mark's own class finds it. Any other
event in the time of marks takes the last of them for its class; one outside of all is a false alarm, and so
is a second event of a mark that no other is near to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tinykd.tuning.recordings import Mark


@dataclass(frozen=True)
class Fired:
    """Class ``index`` at ``time_s``, the end of the window that was answered last."""

    time_s: float
    index: int


@dataclass(frozen=True)
class Tally:
    """Of one class: its marks and those found; others' marks and those taken for it; false alarms."""

    marks: int = 0
    found: int = 0
    others: int = 0
    taken: int = 0
    false_alarms: int = 0
    background_s: float = 0.0  # outside of all marks' time

    def __add__(self, other: "Tally") -> "Tally":
        """Of both together."""
        return Tally(
            self.marks + other.marks,
            self.found + other.found,
            self.others + other.others,
            self.taken + other.taken,
            self.false_alarms + other.false_alarms,
            self.background_s + other.background_s,
        )

    @property
    def missed(self) -> int:
        """Marks that no event found."""
        return self.marks - self.found

    @property
    def per_hour(self) -> float:
        """False alarms per hour of background; 0 where there is none."""
        return 3600 * self.false_alarms / self.background_s if self.background_s else 0.0


def judge(
    events: Sequence[Fired], marks: Sequence[Mark], classes: int, seconds: float, reach_s: float
) -> list[Tally]:
    """A tally of each class over a recording of ``seconds``; ``reach_s``: how long after a mark it counts."""
    found: set[int] = set()
    taken: set[tuple[int, int]] = set()
    alarms = [0] * classes
    for event in events:
        near = [i for i, mark in enumerate(marks) if mark.start_s <= event.time_s <= mark.end_s + reach_s]
        own = [i for i in near if marks[i].index == event.index and i not in found]
        other = [i for i in near if marks[i].index != event.index]
        if own:
            found.add(own[0])
        elif other:
            taken.add((event.index, other[-1]))
        else:
            alarms[event.index] += 1
    background_s = seconds - _covered_s(marks, seconds, reach_s)
    of_class = [sum(mark.index == c for mark in marks) for c in range(classes)]
    return [
        Tally(
            marks=of_class[c],
            found=sum(marks[i].index == c for i in found),
            others=len(marks) - of_class[c],
            taken=sum(index == c for index, _ in taken),
            false_alarms=alarms[c],
            background_s=background_s,
        )
        for c in range(classes)
    ]


def _covered_s(marks: Sequence[Mark], seconds: float, reach_s: float) -> float:
    """The length of the union of all marks' time."""
    covered, reached = 0.0, 0.0
    for mark in sorted(marks, key=lambda each: each.start_s):
        end = min(seconds, mark.end_s + reach_s)
        covered += max(0.0, end - max(reached, mark.start_s))
        reached = max(reached, end)
    return covered
