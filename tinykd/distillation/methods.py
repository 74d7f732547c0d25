"""Which loss a ``[distillation]`` section means; a new method is one loss and one entry here."""

from typing import Any, assert_never

from tinykd.distillation.losses import cross_entropy, knowledge_distillation
from tinykd.project.schema import DistillationSection
from tinykd.training.loop import Loss


def taught_loss(section: DistillationSection) -> Loss:
    """(logits, labels, teacher logits) -> scalar."""
    match section.method:
        case "kd":
            return lambda logits, labels, teacher: knowledge_distillation(
                logits, labels, teacher, section.temperature, section.alpha
            )
        case _:
            assert_never(section.method)


def untaught_loss(logits: Any, labels: Any, teacher: Any) -> Any:
    """The baseline's: same batches, the teacher not listened to."""
    del teacher
    return cross_entropy(logits, labels)
