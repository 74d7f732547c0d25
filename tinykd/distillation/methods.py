"""Which loss a ``[distillation]`` section means; a new method is one file in ``losses`` and one case here.

Every method is mixed with the labels in the same way: alpha * distillation + (1 - alpha) * supervised. So
alpha 0 is the baseline whatever the method. The papers of DKD and DIST add their terms to the labels' with
weight 1 each, which is alpha = 0.5 but for a factor of 2.
"""

from typing import Any, assert_never

from tinykd.data.objects.grid import Grid
from tinykd.distillation.losses.correlation import INTER_WEIGHT, INTRA_WEIGHT, correlation_distance
from tinykd.distillation.losses.decoupled import NONTARGET_WEIGHT, TARGET_WEIGHT, decoupled_divergence
from tinykd.distillation.losses.soft_targets import cross_entropy, mixed, soft_divergence
from tinykd.distillation.losses.standardised import standardised_divergence
from tinykd.distillation.weights import Weights, weights_at
from tinykd.project.training import DistillationSection
from tinykd.project.values import TaskName
from tinykd.training.binary_loss import labelled_classes, taught_classes
from tinykd.training.loop import Loss
from tinykd.training.map_loss import labelled_maps, taught_maps
from tinykd.training.supervised import supervised_loss


def distillation_loss(
    section: DistillationSection,
    weights: Weights | None = None,
    task: TaskName = "classification",
    grid: Grid | None = None,
) -> Loss:
    """(logits, labels, teacher logits) -> scalar; ``weights``: variables that stand for the section's last.

    Of several labels each class is taught by itself; without classes the teacher's outputs are targets.
    ``grid``: of a detection, whose loss is one for each cell.
    """
    weight, tau = weights_at(section, 1.0) if weights is None else (weights.alpha, weights.temperature)
    if grid is not None:
        return lambda outputs, targets, teacher: mixed(
            taught_maps(outputs, teacher, grid, tau), labelled_maps(outputs, targets, grid), weight
        )
    if task == "multilabel":
        return lambda outputs, targets, teacher: mixed(
            taught_classes(outputs, teacher, tau), labelled_classes(outputs, targets), weight
        )
    if task != "classification":
        return lambda outputs, targets, teacher: mixed(
            supervised_loss(task, outputs, teacher), supervised_loss(task, outputs, targets), weight
        )
    from_teacher = _teachers_part(section, tau)

    def loss(logits: Any, labels: Any, teacher: Any) -> Any:
        labelled = cross_entropy(logits, labels, section.label_smoothing)
        return mixed(from_teacher(logits, labels, teacher), labelled, weight)

    return loss


def label_loss(
    section: DistillationSection, task: TaskName = "classification", grid: Grid | None = None
) -> Loss:
    """The baseline's: same batches, same labels, smoothed alike; without the teacher."""
    if task != "classification":
        return lambda outputs, targets, _teacher: supervised_loss(task, outputs, targets, grid)
    return lambda logits, labels, _teacher: cross_entropy(logits, labels, section.label_smoothing)


def _teachers_part(section: DistillationSection, tau: Any) -> Loss:
    match section.method:
        case "kd" | "hints" | "at" | "rkd":  # features come on top, see ``features``
            return lambda logits, _, teacher: soft_divergence(logits, teacher, tau)
        case "kd_ls":
            return lambda logits, _, teacher: standardised_divergence(logits, teacher, tau)
        case "dkd":
            target = _or(section.target_weight, TARGET_WEIGHT)
            others = _or(section.nontarget_weight, NONTARGET_WEIGHT)
            return lambda logits, labels, teacher: decoupled_divergence(
                logits, labels, teacher, tau, target, others
            )
        case "dist":
            inter = _or(section.inter_weight, INTER_WEIGHT)
            intra = _or(section.intra_weight, INTRA_WEIGHT)
            return lambda logits, _, teacher: correlation_distance(logits, teacher, tau, inter, intra)
        case _:
            assert_never(section.method)


def _or(given: float | None, published: float) -> float:
    return published if given is None else given
