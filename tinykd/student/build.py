"""The student by its name in ``[student]``; a new network is one file and one entry here."""

from collections.abc import Callable
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.project.schema import StudentSection
from tinykd.student.ds_cnn import ds_cnn
from tinykd.student.mlp import mlp
from tinykd.student.mobilenet_v1 import mobilenet_v1
from tinykd.student.resnet8 import resnet8
from tinykd.student.shapes import check_input
from tinykd.student.tcn import tcn

STUDENTS: dict[str, Callable[[tuple[int, int, int], int, float], Any]] = {
    "ds_cnn": ds_cnn,
    "mlp": mlp,
    "mobilenet_v1": mobilenet_v1,
    "resnet8": resnet8,
    "tcn": tcn,
}


def build_student(section: StudentSection, data: Dataset) -> Any:
    """An untrained tf_keras model: (n, H, W, C) in, (n, outputs) out: logits, or values."""
    check_input(section, data.input_shape)
    return STUDENTS[section.model](data.input_shape, data.outputs, section.width)
