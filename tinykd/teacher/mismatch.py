"""Detects a teacher whose input range or class order is mistaken, from its outputs on validation.

One that takes another range, or has its classes in another order, answers much better another way. What is
better is no proof on few samples: McNemar's test decides, and an order is chosen on one half of the samples
and judged on the other. The line says which key to type. Nothing here runs a model.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.errors import ConfigError, ModelError
from tinykd.intervals import mcnemar
from tinykd.project.training import TeacherSection
from tinykd.teacher.takes import InputRange, taking, tried, usual
from tinykd.training.classes import NO_BETTER, knows_no_more
from tinykd.training.counts import Counts

_SURE = 0.01  # p-value below which one way is better than another
_BETTER = 0.02  # of the samples, that another range must add
_ALIKE = 0.01  # of the samples, that are no reason to prefer an unlikelier range
_REORDERED = 0.2  # of the samples, that another order must add
_FITS = 0.1  # R², that another range must add

Outputs = NDArray[np.float32]


@dataclass(frozen=True)
class Interpretation:
    """How a teacher's inputs and outputs are interpreted, and which alternatives are tried."""

    takes: InputRange
    takes_said: bool = False
    classes: tuple[str, ...] | None = None  # of its outputs; None: as the data has them
    others: tuple[InputRange, ...] = ()  # ranges that it may take as well
    judged: bool = True  # refuse it where another way is right, or where it knows nothing
    balanced: bool = False  # classes are shown equally often

    @classmethod
    def of(
        cls, section: TeacherSection, place: int, data: Dataset, balanced: bool = False
    ) -> "Interpretation":
        """As ``[teacher]`` has it of the model at ``place``."""
        said, classes = section.takes(place), section.order(place)
        takes = usual(data) if said is None else taking(said, data)
        if classes is not None:
            order_of(classes, data.classes)
        return cls(takes, said is not None, classes, tried(data, takes), balanced=balanced)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Interpretation":
        """What ``dataclasses.asdict`` made of it."""
        fields: dict[str, Any] = dict(value)
        fields["takes"] = InputRange.of_json(fields["takes"])
        fields["classes"] = None if fields["classes"] is None else tuple(fields["classes"])
        fields["others"] = tuple(map(InputRange.of_json, fields["others"]))
        return cls(**fields)

    def order(self, classes: Sequence[str]) -> tuple[int, ...] | None:
        """Which of its outputs is the class, for each of ``classes``; None: they are alike."""
        return None if self.classes is None else order_of(self.classes, classes)


def order_of(names: Sequence[str], classes: Sequence[str]) -> tuple[int, ...]:
    """Where each of ``classes`` stands in ``names``, the teacher's own, which may be more."""
    missing = next((each for each in classes if each not in names), None)
    if missing is not None:
        wanted = f"all of {', '.join(classes[:20])}, in the order of its outputs"
        raise ConfigError("[teacher] classes", f'no "{missing}"', wanted)
    return tuple(names.index(each) for each in classes)


def check_classes(
    path: Path,
    labels: NDArray[np.int64],
    classes: Sequence[str],
    asking: Interpretation,
    scores: Mapping[InputRange, Outputs],
) -> None:
    """Refuse what another range or order beats; ``scores`` (n, outputs) of each range. What the project says
    stands, unless its answers are no better than naming the commonest class."""
    order = asking.order(classes)
    right = {way: in_order(each, order).argmax(axis=1) == labels for way, each in scores.items()}
    base, commonest = right[asking.takes], int(np.bincount(labels).max())
    hopeless = knows_nothing(in_order(scores[asking.takes], order), labels)
    ways = [way for way in scores if way == asking.takes or hopeless or not asking.takes_said]
    best = _likeliest(ways, right)
    found = f"{base.sum()} of {len(base)} validation samples right"
    if order is None or hopeless:
        for way in ways:
            better = _better_order(scores[way], labels, len(classes), right[best])
            if better is not None:
                other = None if way == asking.takes else way
                hits = int((better[scores[way].argmax(axis=1)] == labels).sum())
                raise reordered(path, found, hits, classes, better, other)
    if int(right[best].sum()) > commonest and is_better(right[best], base):
        both = f"{found} with {asking.takes.shown}, {right[best].sum()} with {best.shown}"
        raise _other_range(path, both, best)


def knows_nothing(scores: Outputs, labels: NDArray[np.int64]) -> bool:
    """Whether ``scores`` (n, classes) are no better than naming the commonest class."""
    counted = Counts.of(scores, labels).by_class
    return counted is not None and knows_no_more(counted) == NO_BETTER


def _likeliest(ways: Sequence[InputRange], right: Mapping[InputRange, NDArray[np.bool_]]) -> InputRange:
    """The first that is hardly worse than any."""
    most = max(int(right[way].sum()) for way in ways)
    least = most - max(1.0, _ALIKE * len(right[ways[0]]))
    return next(way for way in ways if int(right[way].sum()) >= least)


def in_order(scores: Outputs, order: Sequence[int] | None) -> Outputs:
    """Of the data's classes, in their order."""
    return scores if order is None else np.ascontiguousarray(scores[:, list(order)])


def check_fit(path: Path, asking: Interpretation, fits: Mapping[InputRange, float]) -> None:
    """Refuse a range that another one beats; ``fits``: R² of each."""
    base = fits[asking.takes]
    best = max(fits, key=lambda way: fits[way])
    if (base <= 0 or not asking.takes_said) and fits[best] >= max(base, 0.0) + _FITS:
        found = f"R² {base:.3g} on validation with {asking.takes.shown}, {fits[best]:.3f} with {best.shown}"
        raise _other_range(path, found, best)


def _better_order(
    scores: Outputs, labels: NDArray[np.int64], classes: int, best: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """(outputs,) the class that each output is, if that is another one than it seems, beyond doubt.

    ``best`` (n,): what is right as the classes stand, in the likeliest range.
    """
    if scores.shape[1] != classes:
        return None
    answers = scores.argmax(axis=1)
    half = np.random.default_rng(0).permutation(len(labels)) % 2 == 0
    judged = _order(answers[half], labels[half], classes)[answers[~half]] == labels[~half]
    commonest = int(np.bincount(labels[~half]).max())
    if int(judged.sum()) <= commonest or not is_better(judged, best[~half], _REORDERED):
        return None
    return _order(answers, labels, classes)


def reordered(
    path: Path,
    found: str,
    right: int | str,
    classes: Sequence[str],
    order: Sequence[int] | NDArray[np.int64],
    other: InputRange | None = None,
) -> ModelError:
    """The error for outputs that are the classes ``order``; ``other``: its range, where that is not said."""
    names = json.dumps([classes[place] for place in order], ensure_ascii=False)
    key = "" if other is None else f"range = {other.typed} and "
    wanted = f"outputs in the order of the data's classes ({', '.join(classes[:20])})"
    fix = f"Say [teacher] {key}classes = {names}, what its outputs are"
    return ModelError(path, f"{found}, {right} with its classes in another order", wanted, fix)


def _order(answers: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(outputs,) the class that each output is, so that the most answers are right (Kuhn, 1955)."""
    from scipy.optimize import linear_sum_assignment

    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (answers, labels), 1)
    counts = counts * (classes + 1) + np.eye(classes, dtype=np.int64)  # of equal ones, as they stand
    return np.asarray(linear_sum_assignment(counts, maximize=True)[1], np.int64)


def is_better(a: NDArray[np.bool_], b: NDArray[np.bool_], least: float = _BETTER) -> bool:
    """Whether ``a`` is right so much oftener than ``b`` that it is no accident."""
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    return only_a - only_b >= max(1.0, least * len(a)) and mcnemar(only_a, only_b) < _SURE


def _other_range(path: Path, found: str, best: InputRange) -> ModelError:
    return ModelError(path, found, "the range that it was trained in", f"Say [teacher] range = {best.typed}")
