"""How much the teacher counts, and how softly it speaks, over the run of a training.

Alpha and temperature go along a straight line from their first to their last values. A temperature that
falls: Jafari et al., Annealing Knowledge Distillation, arXiv 2104.07163; a teacher's weight that falls: Clark
et al., BAM, arXiv 1907.04829, section 3.
"""

from dataclasses import dataclass
from typing import Any

from tinykd.project.training import DistillationSection
from tinykd.training.tensorflow import libraries


def weights_at(section: DistillationSection, progress: float) -> tuple[float, float]:
    """(alpha, temperature) at ``progress`` in [0, 1] of the training."""
    return (
        _between(section.alpha, section.last_alpha, progress),
        _between(section.temperature, section.last_temperature, progress),
    )


def _between(first: float, last: float | None, progress: float) -> float:
    return first if last is None else first + progress * (last - first)


@dataclass(frozen=True)
class Weights:
    """Variables of the loss, moved before each epoch."""

    section: DistillationSection
    alpha: Any
    temperature: Any

    @classmethod
    def of(cls, section: DistillationSection) -> "Weights":
        """As they are at first."""
        variable = libraries().tf.Variable
        alpha, temperature = (variable(v, trainable=False, dtype="float32") for v in weights_at(section, 0.0))
        return cls(section, alpha, temperature)

    def move(self, epoch: int, epochs: int, alpha_decays: int = 0) -> None:
        """To ``epoch`` of ``epochs``; alpha is halved ``alpha_decays`` times."""
        alpha, temperature = weights_at(self.section, epoch / (epochs - 1) if epochs > 1 else 1.0)
        self.alpha.assign(alpha / 2**alpha_decays)
        self.temperature.assign(temperature)
