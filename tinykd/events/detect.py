"""Outputs to confidences, averages and events, in integers: as firmware/events/tkd_events.c on a device.

Here a whole recording at once; there one set of outputs after another. Equal in every score and event.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.events.rules import ANOMALY_STEPS, EventRules

LOWEST = -128  # confidence 0


@dataclass(frozen=True)
class Event:
    """Class ``index`` fired at set ``step`` of the outputs; ``score``: its average, [-128, 127]."""

    step: int
    index: int
    score: int


def confidences(outputs: NDArray[np.int8], rules: EventRules) -> NDArray[np.int8]:
    """(n, classes) logits to their softmax: 256 * weight / sum of weights, rounded; others stay."""
    if rules.exponents is None:
        return outputs
    logits = outputs.astype(np.int64)
    weights = np.array(rules.exponents, np.int64)[logits.max(axis=1, keepdims=True) - logits]
    sums = weights.sum(axis=1, keepdims=True)
    shares = np.minimum((weights * 256 + sums // 2) // sums, 255)
    return np.asarray(shares + LOWEST, np.int8)


def anomaly_confidences(errors: NDArray[np.float32], threshold: float) -> NDArray[np.int8]:
    """(n,) reconstruction errors to (n, 1): 64 steps for an error of once the threshold, cut off."""
    factor = np.float32(ANOMALY_STEPS) / np.float32(threshold)
    steps = np.minimum(np.asarray(errors, np.float32) * factor, np.float32(255))
    return np.asarray(np.trunc(steps).astype(np.int16) + LOWEST, np.int8)[:, np.newaxis]


def averages(found: NDArray[np.int8], smoothing: int) -> NDArray[np.int8]:
    """(n, classes) confidences to the mean of the last ``smoothing``, rounded half away from zero.

    Before the first there is nothing but confidence 0.
    """
    before = np.full((smoothing, found.shape[1]), LOWEST, np.int64)
    total = np.cumsum(np.concatenate([before, found.astype(np.int64)]), axis=0)
    sums = total[smoothing:] - total[:-smoothing]
    means = (2 * np.abs(sums) + smoothing) // (2 * smoothing)
    return np.asarray(np.sign(sums) * means, np.int8)


def detect(smoothed: NDArray[np.int8], rules: EventRules) -> list[Event]:
    """The events of (n, classes) averages, in their order."""
    threshold, fires = np.array(rules.threshold), np.array(rules.fires)
    best = smoothed.argmax(axis=1)
    top = smoothed[np.arange(len(smoothed)), best]
    events: list[Event] = []
    held_until: dict[int, int] = {}  # of a class that fired: the step that releases it
    free = 0
    for step in np.flatnonzero(fires[best] & (top >= threshold[best])).tolist():
        index = int(best[step])
        if step < free or step < held_until.get(index, 0):
            continue
        events.append(Event(step, index, int(top[step])))
        free = step + rules.refractory + 1
        below = np.flatnonzero(smoothed[step + 1 :, index] < rules.release[index])
        held_until[index] = step + 1 + int(below[0]) if len(below) else len(smoothed)
    return events
