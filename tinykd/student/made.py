"""A trained model of the user's as stage ``check`` left it: its network in tf_keras, with its weights."""

from typing import Any

from tinykd.project.training import StudentSection
from tinykd.training.tensorflow import libraries

OWN_DIR = "own"  # in the stage's folder
ARCHITECTURE_FILE = "architecture.json"
OWN_WEIGHTS_FILE = "student.weights.h5"


def own_student(section: StudentSection) -> Any:
    """A new copy of it."""
    assert section.made is not None, "a trained model is taken in by stage check first"
    folder = section.made / OWN_DIR
    model = libraries().tf_keras.models.model_from_json((folder / ARCHITECTURE_FILE).read_text())
    model.load_weights(folder / OWN_WEIGHTS_FILE)
    return model
