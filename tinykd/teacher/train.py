"""Trains the built-in teacher on the labels."""

from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.views import make_view
from tinykd.errors import ModelError
from tinykd.progress import Progress
from tinykd.project.schema import TeacherSection
from tinykd.teacher.logits import Views
from tinykd.teacher.resnet import resnet
from tinykd.training.counts import Curve
from tinykd.training.loop import Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

BUILT_IN = {"resnet": resnet}
WEIGHT_DECAY = 1e-3


def train_built_in(
    section: TeacherSection, data: Dataset, views: Views, progress: Progress
) -> tuple[Any, Curve]:
    """A trained Keras 3 model that gives logits, and how its training went.

    The teacher sees a fresh view every epoch, not only those that it labels for the student.
    """
    set_seed(views.seed)
    model = BUILT_IN[section.model](data.input_shape, len(data.classes))
    tf = libraries().tf

    def loss(logits: Any, labels: Any) -> Any:
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    training = Training(
        "teacher",
        loss,
        lambda epoch: (make_view(data.train.x, views.seed, epoch, views.how), data.train.y),
        Schedule(section.epochs, section.batch, section.learning_rate),
        views.seed,
    )
    optimizer = libraries().keras.optimizers.AdamW(section.learning_rate, weight_decay=WEIGHT_DECAY)
    return model, fit(model, optimizer, training, data.validation, progress)


def check_name(section: TeacherSection) -> None:
    """Refuse a model that is neither built in nor a ``.keras`` file."""
    if section.model not in BUILT_IN:
        names = ", ".join(f'"{name}"' for name in BUILT_IN)
        raise ModelError(
            f"[teacher] model = {section.model}",
            "no such teacher",
            f'{names} or a Keras 3 file such as "teacher.keras"',
        )
