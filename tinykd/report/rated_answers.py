"""The int8 model's answers and their confidence: calibration, a threshold for unsure ones, the surest errors.

Calibration error: Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017), bins of equal width.
The threshold is chosen on validation and judged on test; answering less to be right more often is selective
classification: El-Yaniv and Wiener, JMLR 11 (2010).
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.errors import DataError
from tinykd.events import confidences
from tinykd.events.detect import LOWEST
from tinykd.events.rules import STEPS, EventRules, exponents
from tinykd.report.confidence import Answered, AnswerThreshold, Confidence, ConfidenceBin
from tinykd.report.inputs import Metrics, read_metrics

BINS = 10  # of confidence, equally wide
LESS = 0.5  # of the wrong answers' share: what the threshold has to leave of it on validation
ANSWERS_FILE = (
    "answers_{}.npy"  # of a split, of stage quantize: (n, classes) int8 logits, (n, outputs) values
)
FEWEST_WRONG = 5  # answers on validation by which a threshold can be chosen
_FIX = "Type `tinykd run` to measure again"


class LogitsScale(Metrics):
    """Of the logits."""

    scale: float


class LogitsMetrics(Metrics):
    """Of ``quantize.json``."""

    output: LogitsScale


@dataclass(frozen=True)
class RatedAnswers:
    """Of one split: the class named, its confidence in steps of 1/256, and whether it is right; all (n,)."""

    named: NDArray[np.int64]
    steps: NDArray[np.int64]  # [0, 255]
    right: NDArray[np.bool_]

    @classmethod
    def of(cls, logits: NDArray[np.int8], labels: NDArray[np.int64], scale: float) -> "RatedAnswers":
        """From (n, classes) int8 ``logits`` of a ``scale``; the first class wins a tie, as on the device."""
        rules = EventRules((), 1.0, 1, 0, (), (), (), exponents(scale))
        named = logits.argmax(axis=1)
        found = confidences(logits, rules)[np.arange(len(logits)), named].astype(np.int64) - LOWEST
        return cls(named, found, named == labels)

    def surest_errors(self, most: int) -> list[int]:
        """Rows of wrong answers, those of the largest confidence first."""
        wrong = np.flatnonzero(~self.right)
        order = np.argsort(-self.steps[wrong], kind="stable")
        rows: list[int] = wrong[order][:most].tolist()
        return rows

    def at(self, threshold: int) -> Answered:
        """With answers below ``threshold`` steps left out."""
        given = self.steps >= threshold
        return Answered(samples=len(given), answered=int(given.sum()), right=int(self.right[given].sum()))


def confidence_of(validation: RatedAnswers, test: RatedAnswers) -> Confidence:
    """The threshold from ``validation``, all else of ``test``."""
    bins = tuple(_bin(test, k) for k in range(BINS))
    full = (each for each in bins if each.confidence is not None and each.accuracy is not None)
    off = sum(each.samples * abs((each.confidence or 0.0) - (each.accuracy or 0.0)) for each in full)
    count = max(len(test.steps), 1)
    chosen, why = _threshold(validation)
    return Confidence(
        error=off / count,
        gap=float((test.steps.sum() / STEPS - test.right.sum()) / count),
        bins=bins,
        curve=tuple(test.at(step) for step in np.unique([0, *test.steps.tolist()]).tolist()),
        threshold=None if chosen is None else _judged(chosen, validation, test),
        why_none=why,
    )


def _bin(rated: RatedAnswers, number: int) -> ConfidenceBin:
    inside = rated.steps * BINS // STEPS == number
    count = int(inside.sum())
    return ConfidenceBin(
        low=number / BINS,
        high=(number + 1) / BINS,
        samples=count,
        confidence=float(rated.steps[inside].mean()) / STEPS if count else None,
        accuracy=float(rated.right[inside].mean()) if count else None,
    )


def _judged(step: int, validation: RatedAnswers, test: RatedAnswers) -> AnswerThreshold:
    """``confidence`` has three decimals, and is the same step for ``[events]``, which rounds up."""
    rounded = math.floor(1000 * step / STEPS) / 1000
    return AnswerThreshold(confidence=rounded, validation=validation.at(step), test=test.at(step))


def _threshold(validation: RatedAnswers) -> tuple[int | None, str]:
    """The lowest that leaves at most ``LESS`` of the wrong answers' share; or None, and why."""
    everything = validation.at(0)
    wrong = everything.answered - everything.right
    if wrong < FEWEST_WRONG:
        return None, f"only {wrong} wrong answers on validation to choose a threshold by"
    most = LESS * wrong / everything.answered
    for step in np.unique(validation.steps).tolist():
        left = validation.at(step)
        if step and left.answered - left.right <= most * left.answered:
            return step, ""
    return None, "wrong answers are given with as much confidence as right ones"


def read_answers(quantize: Path, data: Dataset) -> dict[str, RatedAnswers]:
    """Of validation and test, from what stage quantize wrote; nothing where it did not."""
    found = read_metrics(quantize, "quantize.json", LogitsMetrics, [])
    if found is None or not (quantize / ANSWERS_FILE.format("test")).is_file():
        return {}
    return {
        name: RatedAnswers.of(
            _logits(quantize / ANSWERS_FILE.format(name), data, name), y, found.output.scale
        )
        for name, y in (("validation", data.validation.y), ("test", data.test.y))
    }


def read_values(quantize: Path, data: Dataset) -> NDArray[np.float32] | None:
    """(n, outputs) that the model of a regression answers on test, from what stage quantize wrote."""
    path = quantize / ANSWERS_FILE.format("test")
    if not path.is_file():
        return None
    found: NDArray[np.float32] = _answers(path, (len(data.test), data.outputs), np.float32)
    return found


def _logits(path: Path, data: Dataset, split: str) -> NDArray[np.int8]:
    """(n, classes), as many as the split has."""
    found: NDArray[np.int8] = _answers(path, (len(data.splits[split]), len(data.classes)), np.int8)
    return found


def _answers(path: Path, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
    try:
        found: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(path, f"cannot be read ({type(error).__name__})", "a .npy", _FIX) from None
    if found.dtype != dtype or found.shape != shape:
        what = f"{found.dtype} of shape {found.shape}"
        raise DataError(path, what, f"{np.dtype(dtype)} of shape {shape}, as the data has", _FIX)
    return found
