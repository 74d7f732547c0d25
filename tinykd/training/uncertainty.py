"""95 % intervals of figures that are no proportions.

R²: percentile bootstrap over the samples (Efron, 1979), the mean of the targets held. AUC: Hanley and McNeil,
The Meaning and Use of the Area under a ROC Curve, 1982.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tinykd.intervals import Z95, Interval

RESAMPLES = 1000
_SEED = 95  # the same interval every time


def r2_interval(squared_errors: NDArray[np.float64], squared_spread: NDArray[np.float64]) -> Interval:
    """Of 1 - sum(errors) / sum(spread), both (n,) per sample."""
    rng, count = np.random.default_rng(_SEED), len(squared_errors)
    drawn = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        rows = rng.integers(0, count, count)
        drawn[i] = 1.0 - squared_errors[rows].sum() / max(squared_spread[rows].sum(), 1e-30)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high))


def auc_interval(auc: float, anomalies: int, normals: int) -> Interval:
    """Of an area under the ROC curve of ``anomalies`` against ``normals``."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (anomalies - 1) * (q1 - auc * auc) + (normals - 1) * (q2 - auc * auc)
    half = Z95 * sqrt(max(spread, 0.0) / (anomalies * normals))
    return Interval(max(0.0, auc - half), min(1.0, auc + half))


def paired_errors(student: NDArray[np.float64], baseline: NDArray[np.float64]) -> dict[str, float]:
    """Mean of student - baseline (n,) on the same samples, its 95 % interval and Wilcoxon's signed-rank p."""
    from scipy.stats import wilcoxon

    gap = student - baseline
    half = Z95 * float(gap.std(ddof=1)) / sqrt(len(gap)) if len(gap) > 1 else 0.0
    p_value = float(wilcoxon(gap).pvalue) if np.any(gap) else 1.0
    mean = float(gap.mean())
    return {"difference": mean, "low": mean - half, "high": mean + half, "p": p_value}
