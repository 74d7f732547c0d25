"""From an external model to a function that gives logits, or values, in the data's order and scale.

Its inputs and outputs are checked on validation, in seconds, before it labels every view: the input range
(``takes``), the kind of its outputs (``signature``), and whether either is mistaken (``mismatch``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.objects.grid import Grid
from tinykd.data.types import Samples
from tinykd.errors import ModelError
from tinykd.teacher.mismatch import (
    Interpretation,
    Outputs,
    check_classes,
    check_fit,
    in_order,
    is_better,
    knows_nothing,
    reordered,
)
from tinykd.teacher.multilabel import check_labels, kind_of, labels_in_order
from tinykd.teacher.signature import (
    OutputKind,
    Predict,
    log_probabilities,
    logits_of,
    looks_like_probabilities,
    output_kind,
)
from tinykd.teacher.takes import InputRange
from tinykd.teacher.threshold import fitted
from tinykd.training.metrics import r2

FEWEST_SAMPLES, MOST_SAMPLES = 300, 1000  # of validation that are asked about, in each range
PER_CLASS = 10  # of these, where there are many classes
IN_UNITS = "gives targets in their own unit; they are brought to mean 0 and deviation 1"


@dataclass(frozen=True)
class Interpreted:
    """A function that predicts logits or values, and notes for the user."""

    predict: Predict
    notes: tuple[str, ...] = ()


def interpret(predict: Predict, path: Path, data: Dataset, asking: Interpretation) -> Interpreted:
    """``predict`` as ``asking`` says, or a ``ModelError`` that says what to type."""
    rows = _some_rows(len(data.validation), data.outputs)
    x, y = data.validation.x[rows], data.validation.y[rows]
    given = {way: _outputs(predict, way.given(x)) for way in (asking.takes, *asking.others)}
    if data.task == "classification":
        return _classifier(predict, path, data, asking, given, y)
    if data.task == "multilabel":
        return _labels(predict, path, data, asking, given, y)
    if data.grid is not None:
        return _detector(predict, path, data.grid, asking, given[asking.takes])
    return _values(predict, path, data, asking, given, y)


def _labels(
    predict: Predict,
    path: Path,
    data: Dataset,
    asking: Interpretation,
    given: dict[InputRange, Outputs],
    wanted: Outputs,
) -> Interpreted:
    """A logit of each class by itself."""
    if asking.judged:
        check_labels(path, wanted, data.classes, asking, given)
    _check_finite(given[asking.takes], path)
    kind, order = kind_of(given[asking.takes]), asking.order(data.classes)

    def logits(samples: Samples) -> Outputs:
        return labels_in_order(_outputs(predict, asking.takes.given(samples)), kind, order)

    return Interpreted(logits, tuple(filter(None, (kind.value,))))


def _detector(
    predict: Predict, path: Path, grid: Grid, asking: Interpretation, given: Outputs
) -> Interpreted:
    """Heat maps as logits; ``check_teaches`` says whether there is anything in them."""
    _check_finite(given, path)
    shares = are_shares(given, grid)

    def logits(samples: Samples) -> Outputs:
        outputs = _outputs(predict, asking.takes.given(samples))
        return cell_logits(outputs, grid) if shares else outputs

    return Interpreted(logits, (OutputKind.SOFTMAX.value,) if shares else ())


def are_shares(outputs: Outputs, grid: Grid) -> bool:
    """Whether the classes of every cell of (n, outputs) are a softmax."""
    cells = outputs.reshape(-1, grid.channels)[:, : 1 + grid.classes]
    return looks_like_probabilities(cells)


def cell_logits(outputs: Outputs, grid: Grid) -> Outputs:
    """(n, outputs) with the logarithms of each cell's shares; boxes stay."""
    cells = outputs.reshape(-1, grid.channels).copy()
    cells[:, : 1 + grid.classes] = log_probabilities(cells[:, : 1 + grid.classes])
    return cells.reshape(outputs.shape)


def scores_of_classes(outputs: Outputs, unit: bool) -> Outputs:
    """(n, classes) of which the largest is the answer; ``unit``: one output is a probability."""
    finite = np.nan_to_num(outputs, posinf=0.0, neginf=0.0)
    if outputs.shape[1] > 1:
        return finite
    second = finite - np.float32(0.5) if unit else finite
    return np.concatenate([-second, second], axis=1)


def _classifier(
    predict: Predict,
    path: Path,
    data: Dataset,
    asking: Interpretation,
    given: dict[InputRange, Outputs],
    labels: NDArray[np.int64],
) -> Interpreted:
    unit = all(((each >= 0) & (each <= 1)).all() for each in given.values())
    scores = {way: scores_of_classes(each, unit) for way, each in given.items()}
    if asking.judged:
        check_classes(path, labels, data.classes, asking, scores)
    _check_finite(given[asking.takes], path)
    answer = output_kind(given[asking.takes])
    if answer is OutputKind.SIGMOID and not unit:
        answer = OutputKind.ONE_LOGIT
    order = asking.order(data.classes)

    def answers(outputs: Outputs) -> Outputs:
        return in_order(logits_of(outputs, answer), order)

    def logits(samples: Samples) -> Outputs:
        return answers(_outputs(predict, asking.takes.given(samples)))

    asked = Interpreted(logits, tuple(filter(None, (answer.value,))))
    if not asking.judged or len(data.classes) != 2:
        return asked
    return _at_its_threshold(asked, path, data, labels, answers(given[asking.takes]))


def _at_its_threshold(
    asked: Interpreted, path: Path, data: Dataset, labels: NDArray[np.int64], known: Outputs
) -> Interpreted:
    """``asked``, its logits moved where it tells two classes apart, but not at 0.5.

    ``known``: its logits on validation.
    """
    if not knows_nothing(known, labels):
        return asked
    right = known.argmax(axis=1) == labels
    rows = _some_rows(len(data.train), data.outputs)
    line = fitted(asked.predict(data.train.x[rows]), data.train.y[rows])
    if line is None:
        return asked
    moved = line.of(known).argmax(axis=1) == labels
    if not is_better(moved, labels == int(np.bincount(labels).argmax())):
        return asked
    found = f"{right.sum()} of {len(right)} validation samples right"
    if line.slope < 0:
        raise reordered(path, found, int(moved.sum()), data.classes, (1, 0))
    note = f"tells the classes apart, but not at 0.5: {found}, {moved.sum()} with logits fitted to the labels"
    return Interpreted(lambda x: line.of(asked.predict(x)), (*asked.notes, note))


def _values(
    predict: Predict,
    path: Path,
    data: Dataset,
    asking: Interpretation,
    given: dict[InputRange, Outputs],
    wanted: Outputs,
) -> Interpreted:
    """Targets, or a reconstruction in the range that it takes."""
    shape = data.input_shape
    readings: list[Callable[[Outputs, InputRange], Outputs]]
    if data.task == "anomaly":
        readings = [lambda y, way: way.taken_back(y, shape)]
    else:
        readings = [lambda y, _: y, lambda y, _: from_units(y, data)]
    fits = {way: [_fit(read(each, way), wanted) for read in readings] for way, each in given.items()}
    if asking.judged:
        check_fit(path, asking, {way: max(each) for way, each in fits.items()})
    _check_finite(given[asking.takes], path)
    best = int(np.argmax(fits[asking.takes])) if max(fits[asking.takes]) > 0 else 0

    def values(samples: Samples) -> Outputs:
        return readings[best](_outputs(predict, asking.takes.given(samples)), asking.takes)

    return Interpreted(values, (IN_UNITS,) if best else ())


def from_units(outputs: Outputs, data: Dataset) -> Outputs:
    """A regression's ``outputs`` in the targets' own unit, brought to their mean 0 and deviation 1."""
    mean, scale = np.asarray(data.target_mean or 0.0), np.asarray(data.target_scale or 1.0)
    return np.asarray((outputs - mean) / scale, np.float32)


def are_in_units(outputs: Outputs, wanted: Outputs, data: Dataset) -> bool:
    """Whether ``outputs`` fit in the targets' own unit, and better than as they are."""
    return _fit(from_units(outputs, data), wanted) > max(_fit(outputs, wanted), 0.0)


def _fit(outputs: Outputs, wanted: Outputs) -> float:
    return r2(outputs, wanted) if np.isfinite(outputs).all() else -np.inf


def _outputs(predict: Predict, x: Samples) -> Outputs:
    """(n, outputs); of one output, a teacher may leave the axis out."""
    return np.ascontiguousarray(predict(x).reshape(len(x), -1), np.float32)


def _check_finite(outputs: Outputs, path: Path) -> None:
    if not np.isfinite(outputs).all():
        raise ModelError(path, "it gives NaN or infinity on the data", "finite logits")


def _some_rows(count: int, outputs: int) -> NDArray[np.int64]:
    """All, or as many as take seconds."""
    most = min(max(FEWEST_SAMPLES, PER_CLASS * outputs), MOST_SAMPLES)
    return np.sort(np.random.default_rng(0).permutation(count)[:most])
