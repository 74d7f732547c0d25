"""Trains a built-in teacher on the labels."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tinykd.data.augmentation.mixup import UNMIXED, Mixture, label_rows
from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.view_targets import view_targets
from tinykd.errors import ModelError
from tinykd.progress import Progress
from tinykd.project.training import TeacherSection
from tinykd.teacher.autoencoder import autoencoder
from tinykd.teacher.detector import detector_teacher
from tinykd.teacher.formats import Member
from tinykd.teacher.logits import Views
from tinykd.teacher.lstm import lstm
from tinykd.teacher.mlp import mlp
from tinykd.teacher.resnet import resnet
from tinykd.teacher.signature import ModelSignature
from tinykd.teacher.tcn import tcn
from tinykd.teacher.text_cnn import text_cnn
from tinykd.training.counts import TrainingHistory
from tinykd.training.loop import Arrays, Schedule, Training, fit
from tinykd.training.supervised import supervised_loss
from tinykd.training.tensorflow import libraries, set_seed

Network = Callable[[tuple[int, int, int], int], Any]  # (input shape, outputs) -> Keras 3 model

NETWORKS: dict[str, Network] = {
    "resnet": resnet,
    "tcn": tcn,
    "lstm": lstm,
    "mlp": mlp,
    "autoencoder": autoencoder,
}
TEXT_NETWORK = "text_cnn"
WEIGHT_DECAY = 1e-3
MOST_REPEATS = 8  # of a labelled sample in one epoch, each augmented anew


def train_built_in(
    member: Member,
    section: TeacherSection,
    data: Dataset,
    views: Views,
    progress: Progress,
    balanced: bool = False,
) -> tuple[Any, TrainingHistory]:
    """A trained Keras 3 model that gives logits, and how its training went.

    ``member.seed`` decides weights and order; ``views`` the samples, alike for every seed. The teacher sees a
    fresh view every epoch, not only those that it labels for the student.
    """
    set_seed(member.seed)
    schedule = Schedule.of(section)
    schedule = replace(schedule, batch=min(schedule.batch, len(data.train)))
    data = repeated(data, schedule.least_steps * schedule.batch)
    model = _network(member.model, data)

    def epoch_arrays(epoch: int) -> Arrays:
        view = data.train.view(views.seed, epoch, views.how)
        if not views.mixing:
            return view, view_targets(data, view, (views.seed, epoch, views.how))
        rows = label_rows(data.train.y, data.outputs)
        if epoch % 2 == 0 or epoch >= (1 - UNMIXED) * section.epochs:
            return view, rows
        mixture = Mixture.of(len(view), len(view), views.seed, epoch)
        return mixture.samples(view), mixture.rows(rows)

    training = Training(
        "teacher",
        lambda outputs, targets: supervised_loss(data.task, outputs, targets, data.grid),
        epoch_arrays,
        schedule,
        member.seed,
        balanced=balanced,
    )
    optimizer = libraries().keras.optimizers.AdamW(section.learning_rate, weight_decay=WEIGHT_DECAY)
    return model, fit(model, optimizer, training, data.validation, progress)


def _network(name: str, data: Dataset) -> Any:
    if (name == TEXT_NETWORK) != isinstance(data.frontend, TextFrontend):
        names = ", ".join(f'"{each}"' for each in NETWORKS if each != "autoencoder")
        texts = name != TEXT_NETWORK
        wanted = f'"{TEXT_NETWORK}", or a file of yours' if texts else names
        found = (
            "takes numbers, and the samples are texts" if texts else "takes texts, and the samples are none"
        )
        raise ModelError(f"[teacher] model = {name}", found, wanted)
    if isinstance(data.frontend, TextFrontend):
        how = data.frontend.how
        return text_cnn(how.length, how.rows, ModelSignature.of(data).outputs)
    if data.grid is None:
        return NETWORKS[name](data.input_shape, ModelSignature.of(data).outputs)
    if name != "resnet":
        raise ModelError(f"[teacher] model = {name}", "finds no objects", '"resnet", or a file of yours')
    return detector_teacher(data.input_shape, data.grid)


def repeated(data: Dataset, least: int) -> Dataset:
    """The labelled samples alone, repeated until they are as many as all training samples, and ``least``.

    Few labels are no reason for few steps: each sample comes up to MOST_REPEATS times, augmented anew.
    """
    labelled = len(data.train)
    samples = min(max(least, len(data.train_inputs)), MOST_REPEATS * labelled)
    if samples == labelled:
        return data
    rows = data.labelled_rows(samples)
    return replace(data, train=data.train.take(rows), unlabelled=None)
