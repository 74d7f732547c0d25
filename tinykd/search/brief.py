"""A short distillation: the project's own loss, batches and rate on few epochs, watched at its rungs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.methods import distillation_loss
from tinykd.distillation.weights import Weights
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.training.counts import TrainingHistory
from tinykd.training.loop import LEAST_STEPS, Arrays, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.metrics import scores_of
from tinykd.training.tensorflow import libraries

Watch = Callable[[int, float], bool]  # (epochs done, quality so far) -> whether to go on


class CutShortError(Exception):
    """A rung was not passed."""


def distill_briefly(
    model: Any, project: Project, batches: TrainingBatches, epochs: int, watch: Watch
) -> float:
    """The quality on validation of tf_keras ``model``, trained in place; raises ``CutShortError``.

    Losses on features are left to the final training: what the teacher says is learnt here.
    """
    data, section = batches.data, project.distillation
    weights = Weights.of(section)
    best = _Figures(watch)

    def arrays(epoch: int) -> Arrays:
        weights.move(epoch, epochs)
        return batches.epoch(epoch, epochs)

    training = Training(
        label="candidate",
        loss=distillation_loss(section, weights, data.task, data.grid),
        epoch_arrays=arrays,
        schedule=Schedule(epochs, section.batch, section.learning_rate, LEAST_STEPS),
        seed=project.project.seed,
        after=best.after,
        balanced=is_balanced(project, data),
    )
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    fit(model, optimizer, training, data.validation, Silent())
    if best.was_cut:
        raise CutShortError
    answers = {"validation": Predictor(model)(data.validation.x)}
    return float(scores_of(data, answers, project.anomaly.false_alarms)["validation"].rate)


class _Figures:
    """The figure of the best epoch so far, told after each."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self.was_cut = watch, False

    def after(self, _outputs: NDArray[np.float32], curve: TrainingHistory) -> bool:
        """Whether to end."""
        self.was_cut = not self._watch(len(curve.epoch), max(curve.val_accuracy))
        return self.was_cut
