"""Figures of validation and test that are more apart than chance allows. No NumPy here.

Both are samples that a model has not learnt from. Where their figures differ by more than the intervals of
both allow, the splits are of different kinds (other people, another day), and what validation chose need not
be best for what the test measures.
"""

from dataclasses import dataclass

from tinykd.intervals import Interval, difference

WHY = "more apart than chance allows: their samples differ in kind, see [data] split"


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; ``name``: empty for an accuracy."""

    value: float
    low: float
    high: float
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4f}" if self.name else f"{100 * self.value:.2f} %"


def apart(validation: Estimate, test: Estimate) -> Interval | None:
    """The 95 % interval of ``validation - test``, where it leaves zero out."""
    found = difference(
        validation.value,
        Interval(validation.low, validation.high),
        test.value,
        Interval(test.low, test.high),
    )
    return None if found.low <= 0 <= found.high else found
