"""How far the int8 model's confidence can be believed, and what it is sure of and wrong: the report's parts.

The confidence is that of ``tinykd.events`` and the firmware: the softmax of the int8 logits in 256 steps. It
is computed in ``rated_answers``.
"""

from tinykd.errors import one_line
from tinykd.intervals import wilson
from tinykd.report.part import Part


class ConfidenceBin(Part):
    """The test samples whose confidence lies in [low, high)."""

    low: float
    high: float
    samples: int
    confidence: float | None  # mean; None: no samples
    accuracy: float | None


class Answered(Part):
    """What is left of a split where answers below a threshold are not given."""

    samples: int
    answered: int
    right: int

    @property
    def coverage(self) -> float:
        """The share that is answered."""
        return self.answered / self.samples if self.samples else 0.0

    @property
    def accuracy(self) -> float:
        """Of what is answered; 0 of nothing."""
        return self.right / self.answered if self.answered else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy."""
        return wilson(self.right, self.answered)


class AnswerThreshold(Part):
    """A confidence in (0, 1), chosen on ``validation``; ``test`` had no part in that."""

    confidence: float
    validation: Answered
    test: Answered


class Confidence(Part):
    """Of the .tflite. ``error``: expected calibration error, [0, 1]; ``gap``: mean confidence - accuracy."""

    error: float
    gap: float
    bins: tuple[ConfidenceBin, ...]
    curve: tuple[Answered, ...]  # on test, from answering all to answering least
    threshold: AnswerThreshold | None  # None: too few wrong answers to choose by, or none does it
    why_none: str = ""
    key: str = "[events] threshold"  # of the project file, that has the firmware do it


class SeenSample(Part):
    """A test sample that the .tflite answers badly, as it looks. At most one of ``png`` and ``series``."""

    row: int  # of the test split
    what: str = ""  # of a table its most unusual values, of a text its words
    png: str = ""  # a data URI
    wav: str = ""  # a data URI
    series: tuple[tuple[float, ...], ...] = ()  # of a sensor: [time][channel]


class WrongAnswer(SeenSample):
    """It is taken for another class."""

    label: str
    named: str
    confidence: float

    @property
    def caption(self) -> str:
        """``test 12: "no", taken for "go" (0.98)``."""
        label, named = one_line(self.label, 40), one_line(self.named, 40)
        return f"test {self.row}: {label}, taken for {named} ({self.confidence:.2f})"


class FarAnswer(SeenSample):
    """Of a regression, in the targets' own units; ``names`` are the targets'."""

    names: tuple[str, ...]
    wanted: tuple[float, ...]
    answered: tuple[float, ...]

    @property
    def caption(self) -> str:
        """``test 12: price 3.2, answered 1.05``."""
        pairs = zip(self.names, self.wanted, self.answered, strict=True)
        each = [f"{one_line(name, 40)} {wanted:.4g}, answered {found:.4g}" for name, wanted, found in pairs]
        return f"test {self.row}: {'; '.join(each)}"


def confidence_sentence(found: Confidence) -> str:
    """For the terminal and the page."""
    over = "above" if found.gap > 0 else "below"
    opening = (
        f"Its confidence is on average {100 * abs(found.gap):.1f} points {over} what is right; "
        f"expected calibration error {100 * found.error:.1f} points."
    )
    if found.threshold is None:
        return f"{opening} No threshold for unsure answers: {found.why_none}."
    return f"{opening} {threshold_sentence(found.threshold, found.key)}"


def threshold_sentence(found: AnswerThreshold, key: str) -> str:
    """What leaving answers out is worth, what it costs, and the ``key`` of the project file for it."""
    low, high = found.test.interval
    validated, answered = 100 * found.validation.coverage, 100 * found.test.coverage
    return (
        f"Left unanswered below {found.confidence:.3g} (chosen on validation, where that answers "
        f"{validated:.1f} %), {answered:.1f} % of the test samples are answered, "
        f"{100 * found.test.accuracy:.1f} % of those right ({100 * low:.1f} - {100 * high:.1f} %). "
        f"In firmware: {key} = {found.confidence:.3g}."
    )
