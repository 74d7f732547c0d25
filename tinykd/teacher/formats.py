"""What ``[teacher] model`` names: a network to train here, a file of the user's, or only its logits."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tinykd.errors import ModelError
from tinykd.project.training import LOGITS_SUFFIXES, TeacherSection
from tinykd.teacher.saved_model import GRAPH_FILE

BUILT_IN = ("resnet", "tcn", "lstm", "mlp", "autoencoder", "text_cnn")


class Format(Enum):
    """How a teacher is had."""

    BUILT_IN = "trained here"
    KERAS = "Keras or tf_keras file"
    SAVED_MODEL = "SavedModel folder"
    ONNX = "ONNX file"
    TFLITE = "float .tflite file"
    LOGITS = "logits computed elsewhere"


_SUFFIXES = {
    ".keras": Format.KERAS,
    ".h5": Format.KERAS,
    ".hdf5": Format.KERAS,
    ".onnx": Format.ONNX,
    ".tflite": Format.TFLITE,
    **dict.fromkeys(LOGITS_SUFFIXES, Format.LOGITS),
}


@dataclass(frozen=True)
class Member:
    """One teacher of an ensemble, or the only one. ``seed``: of the training of a built-in one."""

    model: str
    format: Format
    seed: int
    place: int = 0  # in ``[teacher] model``

    @property
    def trained(self) -> bool:
        """Whether it is trained here."""
        return self.format is Format.BUILT_IN


def members(section: TeacherSection, root: Path, seed: int) -> tuple[Member, ...]:
    """The teachers that ``section`` names, a built-in one once for each of ``ensemble`` seeds."""
    formats = [(model, format_of(model, root)) for model in section.model]
    if section.ensemble > 1 and all(format is not Format.BUILT_IN for _, format in formats):
        found = f"is {section.ensemble} and no teacher is trained here"
        names = ", ".join(f'"{name}"' for name in BUILT_IN)
        raise ModelError("[teacher] ensemble", found, f"1, or one of {names} in [teacher] model")
    repeats = {True: section.ensemble, False: 1}
    return tuple(
        Member(model, format, seed + number, place)
        for place, (model, format) in enumerate(formats)
        for number in range(repeats[format is Format.BUILT_IN])
    )


def format_of(model: str, root: Path) -> Format:
    """By the name alone, but for folders, which are looked into."""
    if model in BUILT_IN:
        return Format.BUILT_IN
    if (found := _SUFFIXES.get(Path(model).suffix.lower())) is not None:
        return found
    if (root / model / GRAPH_FILE).is_file():
        return Format.SAVED_MODEL
    raise ModelError(f"[teacher] model = {model}", "no such teacher", _known())


def _known() -> str:
    names = ", ".join(f'"{name}"' for name in BUILT_IN)
    return f"{names}, a file (.keras, .h5, .onnx, .tflite, .npy, .npz) or a SavedModel folder"
