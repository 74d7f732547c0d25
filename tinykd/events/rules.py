"""What decides events, in whole numbers: from ``[events]``, the classes and the scale of the model's output.

A confidence is an int8 ``q`` that stands for ``(q + 128) / 256``: of a class its softmax, of an anomaly task
the reconstruction error in quarters of the model's threshold (``q + 128`` is 64 times their ratio, cut off).
Times are counted in inferences: smoothing is rounded, at least 1; a refractory time is rounded up. The
release lies below the threshold by the hysteresis, but not below half of it: else it might never be reached.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinykd.errors import ConfigError
from tinykd.project.events import EventsSection

SILENT = ("silence", "unknown", "background", "noise", "other")  # around which underscores do not count
ANOMALY = "anomaly"  # the one class of an anomaly task
STEPS = 256  # of a confidence in [0, 1)
ANOMALY_STEPS = 64  # of an error of once the threshold
_FULL = 65_535  # of the largest logit's exponent
_MOST_SMOOTHING, _MOST_REFRACTORY = 255, 65_535  # uint8, uint16


@dataclass(frozen=True)
class EventRules:
    """As ``tkd_events_rules`` in firmware/events/tkd_events.h has them."""

    names: tuple[str, ...]
    hop_ms: float
    smoothing: int  # [1, 255] sets of outputs that are averaged
    refractory: int  # [0, 65535] sets after an event in which no class fires
    threshold: tuple[int, ...]  # of each class, [-128, 127]
    release: tuple[int, ...]
    fires: tuple[bool, ...]
    exponents: tuple[int, ...] | None  # [256], of logits' distances to the largest; None: of confidences


def rules_of(section: EventsSection, classes: Sequence[str] | None, output_scale: float) -> EventRules:
    """The rules for ``classes`` (None: an anomaly task), whose logits have the scale ``output_scale``."""
    names = (ANOMALY,) if classes is None else tuple(classes)
    _check_names(section, names)
    steps = ANOMALY_STEPS if classes is None else STEPS
    limit = (STEPS - 1) / steps
    usual = section.threshold or (1.0 if classes is None else 0.8)
    of_class = section.thresholds or {}
    wanted = [of_class.get(name, usual) for name in names]
    for name, value in zip(names, wanted, strict=True):
        if value > limit:
            key = f"thresholds.{name}" if name in of_class else "threshold"
            raise ConfigError(f"[events] {key}", f"{value:g} is never reached", f"at most {limit:.3g}")
    return EventRules(
        names=names,
        hop_ms=section.hop_ms,
        smoothing=_count("smoothing_ms", section.smoothing_ms, section.hop_ms, _MOST_SMOOTHING),
        refractory=_count("refractory_ms", section.refractory_ms, section.hop_ms, _MOST_REFRACTORY),
        threshold=tuple(level(value, steps) for value in wanted),
        release=tuple(level(max(value / 2, value - section.hysteresis), steps) for value in wanted),
        fires=_fires(section, names),
        exponents=None if classes is None else exponents(output_scale),
    )


def is_silent(name: str) -> bool:
    """Whether a class of this ``name`` is one that never fires, unless [events] says otherwise."""
    return name.strip("_").lower() in SILENT


def level(value: float, steps: int) -> int:
    """A threshold as an int8: the smallest confidence that is not below ``value``."""
    return min(127, math.ceil(value * steps - 1e-9) - 128)


def exponents(scale: float) -> tuple[int, ...]:
    """[256] uint16: 65535 * exp(-scale * d), the weights of softmax for logits d steps below the largest."""
    distances = np.arange(256, dtype=np.float64)
    return tuple(int(weight) for weight in np.rint(_FULL * np.exp(-float(scale) * distances)))


def _count(key: str, time_ms: float, hop_ms: float, most: int) -> int:
    """Of inferences."""
    ratio = time_ms / hop_ms
    count = max(1, math.floor(ratio + 0.5)) if key == "smoothing_ms" else math.ceil(ratio - 1e-9)
    if count > most:
        found = f"{time_ms:g} ms are {count:,} inferences, one every {hop_ms:g} ms"
        raise ConfigError(f"[events] {key}", found, f"at most {most:,}", "Make it shorter, or hop_ms longer")
    return count


def _fires(section: EventsSection, names: tuple[str, ...]) -> tuple[bool, ...]:
    silent = section.silent
    if silent is None:
        silent = tuple(filter(is_silent, names))
    fires = tuple(name not in silent for name in names)
    if not any(fires):
        raise ConfigError("[events] silent", "names every class", "at least one that fires")
    return fires


def _check_names(section: EventsSection, names: tuple[str, ...]) -> None:
    for key, given in (("silent", section.silent or ()), ("thresholds", section.thresholds or ())):
        for name in given:
            if name not in names:
                found = f'no class is called "{name}"'
                raise ConfigError(f"[events] {key}", found, "one of " + ", ".join(names))
