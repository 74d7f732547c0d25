"""How far a model's confidence is from its rate of right answers."""

import numpy as np
from numpy.typing import NDArray

BINS = 15


def expected_calibration_error(
    logits: NDArray[np.float32], labels: NDArray[np.int64], bins: int = BINS
) -> float:
    """sum over bins of |B| / n * |accuracy(B) - confidence(B)|, in [0, 1]; logits (n, classes).

    Confidence: the largest softmax probability; bins (k / bins, (k + 1) / bins]. Guo et al., arXiv
    1706.04599, equation 3.
    """
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    confidence = 1.0 / np.exp(shifted).sum(axis=1)  # the largest logit is 0 after the shift
    right = logits.argmax(axis=1) == labels
    number = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    surplus = np.bincount(number, weights=right - confidence, minlength=bins)
    return float(np.abs(surplus).sum() / len(labels))
