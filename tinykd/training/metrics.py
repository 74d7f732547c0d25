"""From a model's outputs to its scores, for every task.

An anomaly is a sample whose reconstruction error, the mean squared difference of the model's output from its
input, is above a threshold. The threshold is a quantile of the errors on the normal samples of validation, so
that no anomaly is needed to set it. AUC and R²: scikit-learn.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.intervals import Z95
from tinykd.training.counts import Counts
from tinykd.training.label_score import best_on, label_scores, mean_ap_of
from tinykd.training.object_score import best_tally, object_scores
from tinykd.training.scores import DetectionScore, RegressionScore, Score
from tinykd.training.uncertainty import auc_interval, r2_interval

Outputs = NDArray[Any]  # (n, outputs): logits, values or a reconstruction


def figure_of(outputs: Outputs, split: Split) -> float:
    """Accuracy where ``split`` is of classes, else R² (on normal samples alone where some are anomalies: to
    give these back well is no merit), or F1 of objects or of several labels; for curves, the larger the
    better.
    """
    if split.y.ndim == 1:
        return Counts.of(outputs, split.y).rate
    if split.scenes is not None:
        return best_tally(outputs, split).f1
    if split.multilabel:
        return best_on(outputs, split).f1
    normal = slice(None) if split.labels is None else split.labels == 0
    return r2(outputs[normal], split.y[normal])


def merit_of(outputs: Outputs, split: Split, balanced: bool = False) -> tuple[float, float]:
    """What epochs are chosen by, the larger the better: the figure; of classes the balanced accuracy decides
    where figures are equal, and comes first where classes are shown equally often (``balanced``). Of several
    labels the mean average precision decides.
    """
    if split.multilabel:
        return figure_of(outputs, split), mean_ap_of(outputs, split.y)
    if split.y.ndim > 1:
        return figure_of(outputs, split), 0.0
    counts = Counts.of(outputs, split.y)
    assert counts.by_class is not None
    each = counts.by_class.balanced
    return (each, counts.rate) if balanced else (counts.rate, each)


def merits(outputs: Outputs, split: Split) -> NDArray[np.float64]:
    """(n,) what each sample is worth, the larger the better: 1 where it is right, or minus its squared error;
    of normal samples alone where some are anomalies; of an image with objects, or a sample with several
    labels, its F1.
    """
    if split.multilabel:
        return best_on(outputs, split).f1_of_images
    if split.scenes is not None:
        return best_tally(outputs, split).f1_of_images
    if split.y.ndim == 1:
        return np.asarray(outputs.argmax(axis=1) == split.y, np.float64)
    errors = reconstruction_errors(outputs, split.y)
    return -(errors if split.labels is None else errors[split.labels == 0])


def r2(outputs: Outputs, wanted: Outputs) -> float:
    """1 - sum of squared errors / sum of squared distances from the mean, over all of (n, outputs)."""
    errors, spread = _squares(outputs, np.asarray(wanted))
    return 1.0 - float(errors.sum()) / max(float(spread.sum()), 1e-30)


def scores_of(data: Dataset, outputs: Mapping[str, Outputs], false_alarms: float) -> dict[str, Score]:
    """A score per split of ``outputs``; all but a classification and a regression want validation
    among them.
    """
    match data.task:
        case "classification":
            return {name: Counts.of(given, data.splits[name].y) for name, given in outputs.items()}
        case "multilabel":
            return {**label_scores(data, outputs)}
        case "regression":
            return {name: regression(given, data.splits[name], data) for name, given in outputs.items()}
        case "anomaly":
            threshold = validation_threshold(outputs["validation"], data, false_alarms)
            return {name: detection(given, data.splits[name], threshold) for name, given in outputs.items()}
        case "detection":
            return {**object_scores(data, outputs)}


def regression(outputs: Outputs, split: Split, data: Dataset) -> RegressionScore:
    """R² over all targets (weighted by their variance), MAE in their own units."""
    errors, spread = _squares(outputs, split.y)
    low, high = r2_interval(errors, spread)
    wrong = absolute_errors(outputs, split, data)
    mae = float(wrong.mean())
    mae_high = mae + Z95 * float(wrong.std()) / len(wrong) ** 0.5
    return RegressionScore(len(split), _rounded(r2(outputs, split.y)), low, high, mae, mae_high)


def detection(outputs: Outputs, split: Split, threshold: float) -> DetectionScore:
    """How well the errors tell the anomalies of ``split``."""
    assert split.labels is not None
    errors = reconstruction_errors(outputs, split.y)
    anomalies = int(split.labels.sum())
    correct = int(np.count_nonzero((errors > threshold) == (split.labels == 1)))
    auc, low, high = _area(errors, split.labels, anomalies)
    return DetectionScore(len(split), correct, threshold, auc, low, high)


def absolute_errors(outputs: Outputs, split: Split, data: Dataset) -> NDArray[np.float64]:
    """(n,) absolute error of each sample in the targets' own units, the mean over the targets."""
    units = np.asarray(data.target_scale or (1.0,) * data.outputs)
    return np.asarray((np.abs(outputs - split.y).astype(np.float64) * units).mean(axis=1))


def right_at_threshold(
    outputs: Mapping[str, Outputs], data: Dataset, false_alarms: float
) -> NDArray[np.bool_]:
    """(n,) whether each test sample is on its side of the threshold that validation sets."""
    assert data.test.labels is not None
    threshold = validation_threshold(outputs["validation"], data, false_alarms)
    errors = reconstruction_errors(outputs["test"], data.test.y)
    return np.asarray((errors > threshold) == (data.test.labels == 1))


def validation_threshold(outputs: Outputs, data: Dataset, false_alarms: float) -> float:
    """From the errors on the normal samples of validation."""
    errors, known = reconstruction_errors(outputs, data.validation.y), data.validation.labels
    return threshold_of(errors if known is None else errors[known == 0], false_alarms)


def reconstruction_errors(outputs: Outputs, wanted: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) mean squared difference of ``outputs`` (n, values) from ``wanted``."""
    return np.asarray(((outputs.astype(np.float64) - wanted) ** 2).mean(axis=1))


def threshold_of(errors: NDArray[np.float64], false_alarms: float) -> float:
    """The least error (of those seen) that at most ``false_alarms`` of ``errors`` exceed."""
    return float(np.quantile(errors, 1.0 - false_alarms, method="higher"))


def _area(
    errors: NDArray[np.float64], labels: NDArray[np.int64], anomalies: int
) -> tuple[float | None, float | None, float | None]:
    from sklearn.metrics import roc_auc_score

    if not 0 < anomalies < len(labels):
        return None, None, None
    auc = _rounded(float(roc_auc_score(labels, errors)))
    return auc, *auc_interval(auc, anomalies, len(labels) - anomalies)


def _squares(outputs: Outputs, wanted: Outputs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) squared error, and squared distance from the targets' mean, of each sample."""
    wanted = wanted.astype(np.float64)
    errors = ((outputs - wanted) ** 2).sum(axis=1)
    return errors, ((wanted - wanted.mean(axis=0)) ** 2).sum(axis=1)


def _rounded(value: float) -> float:
    """Sums over threads differ in their last bits."""
    return round(value, 9)
