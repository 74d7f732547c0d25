"""The teachers' and students' networks, from the blocks that tinykd's own students are made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.distill.sets import OWN
from tinykd.student.blocks import Kernel, classifier, convolution
from tinykd.student.ds_cnn import ds_cnn
from tinykd.student.mlp import mlp
from tinykd.student.tcn import tcn
from tinykd.training.tensorflow import libraries

Shape = tuple[int, int, int]
Layer = tuple[int, Kernel, int]  # channels, kernel, stride
DROPOUT = 0.3


@dataclass(frozen=True)
class Pair:
    """Both networks for one set: (input shape, classes) to an untrained tf_keras model that gives logits."""

    teacher: Callable[[Shape, int], Any] | None  # None: the one of ``motion``
    student: Callable[[Shape, int], Any]
    student_epochs: int  # of float training
    teacher_epochs: int = 0
    members: int = 1  # networks that are the teacher together
    rate: float = 8e-3  # learning rate of the first step
    batch: int = 64


def strided(layers: tuple[Layer, ...], dropout: float = 0.0) -> Callable[[Shape, int], Any]:
    """Convolutions one after another, each with BatchNormalization and ReLU, and their mean."""

    def build(shape: Shape, classes: int) -> Any:
        keras = libraries().tf_keras
        inputs = keras.layers.Input(shape, name="input")
        x = inputs
        for index, (count, kernel, stride) in enumerate(layers, start=1):
            x = convolution(x, count, kernel, stride, f"conv{index}")
        if dropout:
            x = keras.layers.Dropout(dropout)(x)
        return classifier(inputs, x, classes, "strided")

    return build


_IMAGE_TEACHER = strided(((32, 3, 1), (48, 3, 2), (64, 3, 2), (96, 3, 1), (128, 3, 2)), DROPOUT)

PAIRS = {
    "digits": Pair(
        strided(((32, 3, 1), (64, 3, 2), (96, 3, 1)), DROPOUT),
        lambda shape, classes: ds_cnn(shape, classes, 0.5),
        teacher_epochs=60,
        student_epochs=200,
    ),
    "mnist10k": Pair(
        _IMAGE_TEACHER,
        strided(((8, 3, 2), (12, 3, 2), (16, 3, 2))),
        teacher_epochs=30,
        student_epochs=60,
    ),
    "signs": Pair(
        _IMAGE_TEACHER,
        strided(((8, 3, 2), (16, 3, 2), (24, 3, 2))),
        teacher_epochs=60,
        student_epochs=200,
    ),
    "mnist1d": Pair(
        lambda shape, classes: tcn(shape, classes, 1.0),
        lambda shape, classes: mlp(shape, classes, 2.0),
        teacher_epochs=30,
        student_epochs=100,
        rate=4e-3,
    ),
    "speech": Pair(
        lambda shape, classes: tcn(shape, classes, 1.0),
        strided(((8, (3, 1), 2), (8, (3, 1), 2), (8, (3, 1), 2))),
        teacher_epochs=40,
        student_epochs=150,
        members=3,
    ),
    "activity": Pair(
        None,
        strided(((16, (9, 1), 2), (24, (5, 1), 2), (24, (5, 1), 2))),
        student_epochs=60,
    ),
}
PAIRS |= {  # as many steps for the teacher with few labels as with all
    "digits_few": replace(PAIRS["digits"], teacher_epochs=240),
    "mnist10k_few": replace(PAIRS["mnist10k"], teacher_epochs=210),
    "signs_few": replace(PAIRS["signs"], teacher_epochs=300),
    "mnist1d_few": replace(PAIRS["mnist1d"], teacher_epochs=210),
    "speech_few": replace(PAIRS["speech"], teacher_epochs=160),
    "activity_few": PAIRS["activity"],
}
_IMAGES, _SEQUENCES = ("digits", "signs"), ("mnist1d", "speech", "activity")
PAIRS |= {  # as the examples have it: tinykd's own students, 150 epochs from 0.004 on
    f"{name}{OWN}": replace(PAIRS[name], student=student, student_epochs=150, rate=4e-3)
    for names, student in (
        (_IMAGES, lambda shape, classes: ds_cnn(shape, classes, 1.0)),
        (_SEQUENCES, lambda shape, classes: tcn(shape, classes, 0.25)),
    )
    for name in names
}
