"""Which student of a front is held against the reference, and whether it pays.

It is chosen on validation alone: the best that takes at most half of the instructions and 60 % of the
flash, or where there is none the best at equal cost. Both are then trained in full, seed by seed, and
measured in int8 on test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Any

INSTRUCTIONS, FLASH = 0.5, 0.6  # of the reference's
POINTS = 1.0  # better at equal cost
_T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57}  # Student's t, two-sided, by degrees of freedom
Trial = Mapping[str, Any]  # of search.json


def choose(trials: Sequence[Trial]) -> tuple[Trial, Trial]:
    """(reference, chosen): the first trial is the project's own student."""
    reference = trials[0]
    trained = [t for t in trials if t["outcome"] == "trained" and t["number"] != reference["number"]]
    for instructions, flash in ((INSTRUCTIONS, FLASH), (1.0, 1.0)):
        fit = [t for t in trained if _within(t, reference, instructions, flash)]
        if fit:
            return reference, max(fit, key=lambda t: t["quality"])
    return reference, reference


def _within(trial: Trial, reference: Trial, instructions: float, flash: float) -> bool:
    costs, wanted = trial["costs"], reference["costs"]
    few = costs["instructions"] <= instructions * wanted["instructions"]
    return bool(few and costs["flash_bytes"] <= flash * wanted["flash_bytes"])


@dataclass(frozen=True)
class Verdict:
    """Test accuracies in int8 by seed, and shares of the reference's costs."""

    name: str
    trials: int
    reference: Sequence[float]
    chosen: Sequence[float]
    instructions: float
    flash: float
    network: str

    @property
    def difference(self) -> tuple[float, float]:
        """Points, chosen minus reference, and half of the 95 % interval over the seeds."""
        points = [100 * (b - a) for a, b in zip(self.reference, self.chosen, strict=True)]
        half = _T95[len(points) - 1] * stdev(points) / len(points) ** 0.5 if len(points) > 1 else float("inf")
        return mean(points), half

    @property
    def pays(self) -> bool | None:
        """None: one seed shows nothing."""
        points, half = self.difference
        if half == float("inf"):
            return None
        cheap = self.instructions <= INSTRUCTIONS and self.flash <= FLASH
        equal = self.instructions <= 1 and self.flash <= 1
        return (cheap and points + half >= 0) or (equal and points >= POINTS)

    def line(self) -> str:
        """For the terminal."""
        points, half = self.difference
        range_ = f" +- {half:.2f}" if half != float("inf") else " (one seed)"
        word = {True: "pays", False: "does not pay", None: "shows nothing with one seed"}[self.pays]
        return (
            f"{self.name:9} {100 * mean(self.reference):6.2f} % -> {100 * mean(self.chosen):6.2f} % "
            f"({points:+.2f}{range_} points), instructions {100 * self.instructions:.0f} %, "
            f"flash {100 * self.flash:.0f} %, of {self.trials} trials: {word}; {self.network}"
        )
