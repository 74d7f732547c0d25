"""The student by its name in ``[student]``; a new network is one file and one entry here."""

from collections.abc import Callable
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.project.schema import StudentSection
from tinykd.student.ds_cnn import ds_cnn

STUDENTS: dict[str, Callable[[tuple[int, int, int], int, float], Any]] = {"ds_cnn": ds_cnn}


def build_student(section: StudentSection, data: Dataset) -> Any:
    """An untrained tf_keras model: (n, H, W, C) in, (n, classes) logits out."""
    return STUDENTS[section.model](data.input_shape, len(data.classes), section.width)
