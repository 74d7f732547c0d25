"""A trained student, from its network and the file of its weights."""

from pathlib import Path
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.errors import ModelError
from tinykd.project.schema import Project
from tinykd.student.build import build_student
from tinykd.student.made import ARCHITECTURE_FILE
from tinykd.training.tensorflow import libraries, set_seed

WEIGHTS_FILE = "student.weights.h5"


def load_student(project: Project, data: Dataset, weights: Path) -> Any:
    """The tf_keras student of ``project`` with ``weights``; random generators start at the project's seed."""
    set_seed(project.project.seed)
    architecture = weights.parent / ARCHITECTURE_FILE  # of a student that was pruned
    if architecture.is_file():
        student = libraries().tf_keras.models.model_from_json(architecture.read_text())
    else:
        student = build_student(project.student, data)
    try:
        student.load_weights(weights)
    except (OSError, ValueError) as error:
        fix = "Type `tinykd distill` to train it again"
        raise ModelError(weights, f"cannot be read ({error})", "the student's weights", fix) from None
    return student
