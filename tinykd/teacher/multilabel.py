"""A teacher of several labels: a logit or a probability for each class by itself, in the data's order.

Probabilities (sigmoid) become their logits. Its input range is judged by how well its probabilities fit the
labels of validation, the order of its classes by average precision, chosen on one half and judged on the
other.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Targets
from tinykd.teacher.mismatch import Interpretation, Outputs, check_fit, in_order, reordered
from tinykd.teacher.signature import OutputKind, logits_of
from tinykd.teacher.takes import InputRange
from tinykd.training.label_score import ap_of, mean_ap_of
from tinykd.training.metrics import r2

_REORDERED = 0.2  # of mean average precision, that another order must add


def kind_of(outputs: Outputs) -> OutputKind:
    """Of (n, outputs): what lies in [0, 1] everywhere are probabilities, each by itself."""
    unit = bool(((outputs >= 0) & (outputs <= 1)).all())
    return OutputKind.SIGMOIDS if unit else OutputKind.LOGITS


def check_labels(
    path: Path,
    y: Targets,
    classes: tuple[str, ...],
    asking: Interpretation,
    given: Mapping[InputRange, Outputs],
) -> None:
    """Refuse what another input range or order of the classes beats; ``given``: outputs of each range for
    samples whose labels are ``y`` (n, classes).
    """
    order = asking.order(classes)
    kind = (
        OutputKind.SIGMOIDS if all(kind_of(each) is OutputKind.SIGMOIDS for each in given.values()) else None
    )
    check_fit(path, asking, {way: _fit(in_order(each, order), y, kind) for way, each in given.items()})
    if order is None:
        _check_order(path, y, classes, np.nan_to_num(given[asking.takes]))


def _fit(outputs: Outputs, y: Targets, kind: OutputKind | None) -> float:
    """R² of the probabilities: their Brier score beside that of the classes' shares."""
    if not np.isfinite(outputs).all():
        return -np.inf
    p = outputs if kind is OutputKind.SIGMOIDS else 1 / (1 + np.exp(-np.clip(outputs, -60, 60)))
    return r2(p, y)


def _check_order(path: Path, y: Targets, classes: tuple[str, ...], outputs: Outputs) -> None:
    if outputs.shape[1] != len(classes) or len(classes) < 2:
        return
    half = np.random.default_rng(0).permutation(len(y)) % 2 == 0
    order = _best_order(outputs[half], y[half])
    rest, wanted = outputs[~half], y[~half]
    base, other = mean_ap_of(rest, wanted), mean_ap_of(rest[:, order], wanted)
    if other < base + _REORDERED:
        return
    found = f"mean average precision {base:.3f} on validation"
    place = np.argsort(order)  # of each output, the class that it is
    raise reordered(path, found, f"{other:.3f}", classes, place)


def _best_order(outputs: Outputs, y: Targets) -> NDArray[np.int64]:
    """(classes,) the output that is each class (Kuhn, 1955); of equal ones, as they stand."""
    from scipy.optimize import linear_sum_assignment

    count = y.shape[1]
    fits = np.array([[ap_of(outputs[:, j], y[:, k]) or 0.0 for j in range(count)] for k in range(count)])
    chosen = linear_sum_assignment(fits + 1e-6 * np.eye(count), maximize=True)[1]
    return np.asarray(chosen, np.int64)


def labels_in_order(outputs: Outputs, kind: OutputKind, order: tuple[int, ...] | None) -> Outputs:
    """Logits of the data's classes."""
    return in_order(logits_of(outputs, kind), order)
