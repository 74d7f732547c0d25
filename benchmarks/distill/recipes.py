"""Ways of teaching that are compared. All arms of a set have the same network, first weights and steps.

Every way of teaching, and ``labels`` (no teacher), comes with and without half of the views mixed. One of
them is judged on all sets, as tinykd has one default; labels alone have what serves them better, set by set.
"""

from dataclasses import dataclass
from typing import Any

from benchmarks.distill.views import MIXED, PLAIN
from tinykd.distillation.losses.soft_targets import cross_entropy, mixed, soft_divergence
from tinykd.training.loop import Loss


@dataclass(frozen=True)
class Recipe:
    """``families``: the views that epochs take in turn; ``alpha`` 0 means that no teacher is listened to.

    ``alpha`` and ``temperature`` go to their ``last_`` values along a straight line over float training;
    quantization-aware training keeps those values.
    """

    families: tuple[str, ...]
    alpha: float = 0.0
    temperature: float = 1.0
    last_alpha: float | None = None  # None: as at first
    last_temperature: float | None = None

    def at(self, progress: float) -> tuple[float, float]:
        """Alpha and temperature at ``progress`` in [0, 1] of the training."""
        ends = (self.last_alpha, self.last_temperature)
        first = (self.alpha, self.temperature)
        alpha, temperature = (
            a if b is None else a + progress * (b - a) for a, b in zip(first, ends, strict=True)
        )
        return alpha, temperature


def loss(alpha: Any, temperature: Any) -> Loss:
    """(logits, label rows, teacher's logits) to a scalar; both weights may be variables."""

    def value(logits: Any, wanted: Any, teacher: Any) -> Any:
        labelled = cross_entropy(logits, wanted)
        return mixed(soft_divergence(logits, teacher, temperature), labelled, alpha)

    return value


_BOTH = (PLAIN, MIXED)
RECIPES = {
    "labels": Recipe((PLAIN,)),
    "labels_mixed": Recipe(_BOTH),
    "kd_t4": Recipe((PLAIN,), 0.9, 4.0),
    "kd_t4_mixed": Recipe(_BOTH, 0.9, 4.0),
    "match": Recipe((PLAIN,), 1.0, 1.0),
    "match_mixed": Recipe(_BOTH, 1.0, 1.0),
    "cool": Recipe((PLAIN,), 0.9, 4.0, last_temperature=1.0),
    "cool_mixed": Recipe(_BOTH, 0.9, 4.0, last_temperature=1.0),
}
LABELS = ("labels", "labels_mixed")
TAUGHT = tuple(name for name in RECIPES if name not in LABELS)
