"""What int8 costs: the float model and the int8 one on the same samples, which ranges were not measured on.

- accuracy where there are labels, with Wilson's interval; the difference is of matched pairs (Agresti and Min
  2005, exact McNemar),
- agreement where there are none and the outputs are classes: how often both name the same one,
- mean squared error of regressions, or of int8 against float where there are no targets: the mean over
  samples, with the 95 % interval of a mean, 1.96 standard errors.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.arrays import labels_of, targets_of
from tinykd.errors import DataError
from tinykd.intervals import Z95, Interval, mcnemar, paired_difference, wilson

Reals = NDArray[np.float32]
Measure = Literal["accuracy", "agreement", "mse", "mse to float"]


@dataclass(frozen=True)
class PtqRung:
    """One model on the samples; ``low`` and ``high``: the 95 % interval; ``right``: samples, if counted."""

    model: Literal["float", "int8"]
    value: float
    low: float
    high: float
    bytes: int
    right: int | None = None


@dataclass(frozen=True)
class PtqLadder:
    """From float to int8 on ``samples``; ``low`` and ``high`` of the ``difference`` int8 - float."""

    measure: Measure
    samples: int
    steps: tuple[PtqRung, ...]
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``tinykd quantize --json`` prints it."""
        return asdict(self)


@dataclass(frozen=True)
class Compared:
    """Outputs (n, values) of both models as real numbers, and the sizes of their files."""

    real: Reals
    int8: Reals
    real_bytes: int
    int8_bytes: int
    is_probability: bool = False  # one output, of a sigmoid

    @property
    def classes(self) -> int:
        """How many the outputs tell apart; 0 where they are a single value."""
        return self.real.shape[1] if self.real.shape[1] > 1 else 2 * self.is_probability


def ladder(of: Compared, y: NDArray[Any] | None, where: str, names_classes: bool) -> PtqLadder:
    """``y``: labels (n,) or one-hot, or targets (n, values); ``names_classes``: outputs may be of classes."""
    if y is None:
        return _agreement(of) if names_classes and of.classes else _mse(of, None)
    labels = _labels(of, y, where)
    if labels is None:
        return _mse(of, _targets(of, y, where))
    return _accuracy(of, labels)


def _labels(of: Compared, y: NDArray[Any], where: str) -> NDArray[np.int64] | None:
    """None for targets."""
    if _is_one_hot(y, of.real.shape[1]):
        return np.asarray(y.argmax(axis=1), np.int64)
    if not of.classes or y.dtype.kind not in "iub" or y.reshape(len(y), -1).shape[1] != 1:
        return None
    labels = labels_of(y, len(y), f"{where}: y", of.classes)
    if labels.max() >= of.classes:
        raise DataError(
            f"{where}: y", f"label {labels.max()}", f"labels 0 to {of.classes - 1}, as it has outputs"
        )
    return labels


def _is_one_hot(y: NDArray[Any], values: int) -> bool:
    return bool(
        y.ndim == 2 and y.shape[1] == values > 1 and ((y == 0) | (y == 1)).all() and (y.sum(1) == 1).all()
    )


def _targets(of: Compared, y: NDArray[Any], where: str) -> Reals:
    targets = targets_of(y.reshape(len(y), -1), len(y), f"{where}: y")
    if targets.shape != of.real.shape:
        values = of.real.shape[1]
        wanted = f"labels, or {values} target{'s' * (values > 1)} for each sample"
        raise DataError(f"{where}: y", f"{y.dtype} of shape {list(y.shape)}", wanted)
    return targets


def _named(of: Compared, scores: Reals) -> NDArray[np.int64]:
    """(n,) classes; the first wins a tie."""
    return np.asarray(scores.argmax(axis=1) if scores.shape[1] > 1 else scores[:, 0] > 0.5, np.int64)


def _accuracy(of: Compared, labels: NDArray[np.int64]) -> PtqLadder:
    real, int8 = (_named(of, scores) == labels for scores in (of.real, of.int8))
    only_int8, only_real = int((int8 & ~real).sum()), int((real & ~int8).sum())
    apart = paired_difference(only_int8, only_real, len(labels))
    return PtqLadder(
        "accuracy",
        len(labels),
        (_counted("float", real, of.real_bytes), _counted("int8", int8, of.int8_bytes)),
        float(int8.mean() - real.mean()),
        *apart,
        mcnemar(only_int8, only_real),
    )


def _counted(model: Literal["float", "int8"], right: NDArray[np.bool_], size: int) -> PtqRung:
    return PtqRung(model, float(right.mean()), *wilson(int(right.sum()), len(right)), size, int(right.sum()))


def _agreement(of: Compared) -> PtqLadder:
    same = _named(of, of.real) == _named(of, of.int8)
    return PtqLadder("agreement", len(same), (_counted("int8", same, of.int8_bytes),))


def _mse(of: Compared, targets: Reals | None) -> PtqLadder:
    if targets is None:
        apart = _errors(of.int8, of.real)
        return PtqLadder("mse to float", len(apart), (_meant("int8", apart, of.int8_bytes),))
    real, int8 = _errors(of.real, targets), _errors(of.int8, targets)
    steps = _meant("float", real, of.real_bytes), _meant("int8", int8, of.int8_bytes)
    return PtqLadder("mse", len(real), steps, float((int8 - real).mean()), *_mean_interval(int8 - real))


def _errors(outputs: Reals, wanted: Reals) -> NDArray[np.float64]:
    """(n,) mean squared difference of each sample."""
    return np.asarray(((outputs.astype(np.float64) - wanted) ** 2).mean(axis=1))


def _meant(model: Literal["float", "int8"], errors: NDArray[np.float64], size: int) -> PtqRung:
    low, high = _mean_interval(errors)
    return PtqRung(model, float(errors.mean()), max(0.0, low), high, size)


def _mean_interval(values: NDArray[np.float64]) -> Interval:
    """Of the mean; the value itself for a single sample has no spread to tell."""
    deviation = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    half = Z95 * deviation / len(values) ** 0.5
    return Interval(float(values.mean()) - half, float(values.mean()) + half)
