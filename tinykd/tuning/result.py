"""What ``tinykd tune`` found, for people, for programs (``tune.json``), and beside the gates.

Intervals of 95 %: Wilson's of misses and of words that were taken, Garwood's of false alarms per hour.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tinykd.intervals import poisson, wilson
from tinykd.project.schema import GatesSection
from tinykd.text import table_lines
from tinykd.tuning.judge import Tally
from tinykd.tuning.sweep import Curve

_NONE = "-"  # there was nothing to count


@dataclass(frozen=True)
class TunedClass:
    """One class that fires: its chosen threshold, what it does on the test recordings, and both curves."""

    name: str
    threshold: float
    tally: Tally
    chosen_on: Curve  # validation recordings
    curve: Curve  # test recordings


@dataclass(frozen=True)
class Tuned:
    """``hours``: of the test recordings; ``what``: the recordings in words; ``drowned``: samples in them that
    are quieter than the noise laid over them."""

    model_sha256: str
    what: str
    hours: float
    classes: tuple[TunedClass, ...]
    drowned: int = 0

    @property
    def missed(self) -> tuple[int, int]:
        """Marks that were missed, and all."""
        return sum(c.tally.missed for c in self.classes), sum(c.tally.marks for c in self.classes)

    @property
    def misses(self) -> float | None:
        """Share of all marks; None without any."""
        missed, marks = self.missed
        return missed / marks if marks else None

    @property
    def false_alarms(self) -> int:
        """Of all classes."""
        return sum(c.tally.false_alarms for c in self.classes)

    @property
    def background_s(self) -> float:
        """Outside of all marks' time; the same for every class."""
        return self.classes[0].tally.background_s

    @property
    def false_alarms_per_hour(self) -> float | None:
        """Of all classes together; None where there is no background."""
        return 3600 * self.false_alarms / self.background_s if self.background_s else None

    def to_json(self) -> dict[str, Any]:
        """``tune.json``."""
        return {
            "model": self.model_sha256,
            "recordings": self.what,
            "hours": self.hours,
            "note": drowned_note(self.drowned),
            "misses": self.misses,
            "false_alarms_per_hour": self.false_alarms_per_hour,
            "classes": [_class_json(each) for each in self.classes],
        }

    def lines(self) -> list[str]:
        """A table for a terminal."""
        header = ("class", "threshold", "missed", "false alarms per hour", "others taken for it")
        rows = [(c.name, f"{c.threshold:g}", *_figures(c.tally)) for c in self.classes]
        head = f"{self.what}, {self.hours:.2f} h:"
        note = drowned_note(self.drowned)
        return [head, *table_lines(header, rows), self._sentence(), *([note] if note else [])]

    def _sentence(self) -> str:
        missed, marks = self.missed
        rate = _rate(self.false_alarms, self.background_s)
        return f"All classes: {_missed(missed, marks)} missed, {rate} false alarms per hour"

    def failed_gates(self, gates: GatesSection) -> list[str]:
        """A line for each of both gates that fails; what was not measured has not passed."""
        wanted = (
            ("misses", self.misses, gates.misses),
            ("false_alarms_per_hour", self.false_alarms_per_hour, gates.false_alarms_per_hour),
        )
        return list(_failed(wanted))


def drowned_note(count: int) -> str:
    """What to think of ``count`` samples that are quieter than the noise; nothing of none."""
    if not count:
        return ""
    samples = "1 sample is" if count == 1 else f"{count} samples are"
    return (
        f"{samples} quieter than the noise laid over them, which [events] snr_db sets below a sample of "
        "middling loudness: misses may be theirs. Bring the samples to one level, or set a larger snr_db"
    )


def _failed(wanted: tuple[tuple[str, float | None, float | None], ...]) -> Iterator[str]:
    for name, found, limit in wanted:
        if limit is not None and (found is None or found > limit + 1e-9):
            measured = "not measured" if found is None else f"{found:.6g}"
            yield f"FAILED {name}: {measured}, wanted ≤ {limit:.6g}"


def _figures(tally: Tally) -> tuple[str, str, str]:
    taken = _NONE
    if tally.others:
        low, high = wilson(tally.taken, tally.others)
        taken = f"{tally.taken}/{tally.others} ({100 * low:.1f} - {100 * high:.1f} %)"
    return _missed(tally.missed, tally.marks), _rate(tally.false_alarms, tally.background_s), taken


def _missed(missed: int, marks: int) -> str:
    if not marks:
        return _NONE
    low, high = wilson(missed, marks)
    return f"{missed}/{marks} ({100 * low:.1f} - {100 * high:.1f} %)"


def _rate(count: int, background_s: float) -> str:
    if not background_s:
        return _NONE
    hours = background_s / 3600
    low, high = poisson(count)
    return f"{count / hours:.2f} ({low / hours:.2f} - {high / hours:.2f})"


def _class_json(found: TunedClass) -> dict[str, Any]:
    return {
        "name": found.name,
        "threshold": found.threshold,
        **_tally_json(found.tally),
        "chosen_on": [{"threshold": p.threshold, **_tally_json(p.tally)} for p in found.chosen_on],
        "curve": [{"threshold": p.threshold, **_tally_json(p.tally)} for p in found.curve],
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "marks": tally.marks,
        "missed": tally.missed,
        "missed_interval": list(wilson(tally.missed, tally.marks)),
        "others": tally.others,
        "taken": tally.taken,
        "taken_interval": list(wilson(tally.taken, tally.others)),
        "false_alarms": tally.false_alarms,
        "false_alarms_interval": list(poisson(tally.false_alarms)),
        "background_s": tally.background_s,
    }
