"""The signature that an external teacher must have, and how its outputs become logits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.checks import colour_hint
from tinykd.data.dataset import Dataset
from tinykd.data.objects.grid import Grid
from tinykd.data.types import Samples
from tinykd.errors import ModelError

_SMALLEST = 1e-30  # probabilities below are taken for it before the logarithm
_NEAREST = 1e-7  # to 0 or 1 that the probability of a sigmoid may come

Predict = Callable[[Samples], NDArray[np.float32]]  # (n, H, W, C) -> (n, classes)


@dataclass(frozen=True)
class ModelSignature:
    """The shapes of one sample and of one output."""

    input_shape: tuple[int, int, int]  # (H, W, C)
    outputs: int  # a logit for each class, or a value for each target
    classes: bool = True
    grid: Grid | None = None  # of a detection: an output for each channel of each cell
    multilabel: bool = False  # a logit, or a probability, for each class by itself

    @classmethod
    def of(cls, data: Dataset, order: Sequence[str] | None = None) -> "ModelSignature":
        """What ``data`` asks for; ``order``: the teacher's own classes, which may be more."""
        outputs = data.outputs if order is None else len(order)
        several = data.task == "multilabel"
        return cls(data.input_shape, outputs, data.task == "classification", data.grid, several)

    @property
    def each(self) -> str:
        """What one output is."""
        if self.classes:
            return "a logit for each class"
        return "a logit or a probability for each class" if self.multilabel else "a number for each target"


@dataclass(frozen=True)
class LoadedModel:
    """An external model, ready to predict."""

    predict: Predict
    parameters: int
    note: str = ""  # for the user: how samples are given to it
    function: Any = None  # for TensorFlow to trace: a tensor (n, *shape) to the answers; None: it has none
    shape: tuple[int, ...] = ()  # of a sample, as ``function`` takes it
    model: Any = None  # of either Keras; None: another kind
    channels_last: bool = True  # samples are given as tinykd has them


class OutputKind(Enum):
    """The kind of a teacher's outputs; the value is the note for the user."""

    LOGITS = ""
    SOFTMAX = "gives probabilities (softmax); their logarithms serve as logits"
    SIGMOID = "gives the probability of the second class (one sigmoid); logits of both are made of it"
    ONE_LOGIT = "gives the logit of the second class; that of the first is 0"
    SIGMOIDS = "gives a probability for each class by itself (sigmoid); their logits serve"


def check_shapes(model: Any, path: Path, signature: ModelSignature) -> tuple[int, ...]:
    """One input of the data's shape, one output of a number per class; ``model``: of either Keras.

    The shape that a sample is brought to.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    shape = sample_shape(path, tuple(model.inputs[0].shape[1:]), signature.input_shape)
    check_output(path, tuple(model.outputs[0].shape[1:]), signature)
    return shape


def sample_shape(path: Path, given: tuple[object, ...], wanted: tuple[int, int, int]) -> tuple[int, ...]:
    """(H, W, C), or with one axis less where that is 1, or all values in a row."""
    height, width, depth = wanted
    shapes: list[tuple[int, ...]] = [wanted, (height * width * depth,)]
    shapes += [(height, depth)] if width == 1 else []
    shapes += [(height, width)] if depth == 1 else []
    for shape in shapes:
        if len(given) == len(shape) and all(g in (None, w) for g, w in zip(given, shape, strict=True)):
            return shape
    raise refused_input(path, given, wanted)


def layout_note(shape: tuple[int, ...], signature: ModelSignature) -> str:
    """How samples are given, where that is not as the data has them."""
    return "" if shape == signature.input_shape else f"is given samples as {list(shape)}"


def check_output(path: Path, output: tuple[object, ...], signature: ModelSignature) -> None:
    """``output``: the shape of one answer; two classes may have one output."""
    if (grid := signature.grid) is not None:
        if output not in (grid.shape, (grid.outputs,)):
            fix = "Say the stride that it has in [detection], and as many classes"
            wanted = f"{list(grid.shape)}: rows, columns, background and classes"
            raise ModelError(path, f"its output is {list(output)}", wanted, fix)
        return
    if signature.classes and signature.outputs == 2 and output in ((), (1,)):
        return
    if not signature.classes and signature.outputs == 1 and output == ():
        return
    if output != (signature.outputs,):
        wanted = f"[{signature.outputs}], {signature.each} of the data"
        raise ModelError(path, f"its output is {list(output)}", wanted, _more_classes(output, signature))


def _more_classes(output: tuple[object, ...], signature: ModelSignature) -> str:
    """What to type for a teacher that may know the data's classes among others."""
    count = output[0] if len(output) == 1 else None
    if (
        not (signature.classes or signature.multilabel)
        or not isinstance(count, int)
        or count <= signature.outputs
    ):
        return ""
    return f"If the data's classes are among them, say [teacher] classes, the names of all {count}"


def refused_input(path: Path, given: tuple[object, ...], wanted: tuple[int, ...]) -> ModelError:
    """The error for an input of another shape."""
    expected = f"{list(wanted)}, the shape of the data's samples"
    return ModelError(path, f"its input is {list(given)}", expected, colour_hint(given, wanted))


def as_type(x: Samples, dtype: Any) -> NDArray[Any]:
    """``x`` as a model's input is typed: rounded and within its range where that is whole numbers."""
    if not np.issubdtype(dtype, np.integer):
        return x.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(x), limits.min, limits.max).astype(dtype)


def output_kind(outputs: NDArray[np.float32]) -> OutputKind:
    """What ``outputs`` (n, 1 or classes) are: probabilities are in [0, 1], those of a softmax sum to 1."""
    unit = bool((outputs >= 0).all() and (outputs <= 1).all())
    if outputs.shape[1] == 1:
        return OutputKind.SIGMOID if unit else OutputKind.ONE_LOGIT
    if looks_like_probabilities(outputs):
        return OutputKind.SOFTMAX
    return OutputKind.SIGMOIDS if unit else OutputKind.LOGITS


def logits_of(outputs: NDArray[np.float32], answer: OutputKind) -> NDArray[np.float32]:
    """(n, classes): log p of a softmax, since a constant per row cancels; log(p / (1 - p)) of a sigmoid."""
    match answer:
        case OutputKind.SOFTMAX:
            return log_probabilities(outputs)
        case OutputKind.SIGMOID:
            logit = _logit(outputs)
            return np.concatenate([np.zeros_like(logit), logit], axis=1)
        case OutputKind.ONE_LOGIT:
            return np.concatenate([np.zeros_like(outputs), outputs], axis=1)
        case OutputKind.SIGMOIDS:
            return _logit(outputs)
        case OutputKind.LOGITS:
            return outputs


def looks_like_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Whether ``outputs`` (n, classes) can only come from a softmax."""
    sums = outputs.sum(axis=1)
    return bool((outputs >= 0).all() and (outputs <= 1).all() and np.allclose(sums, 1, atol=1e-3))


def log_probabilities(p: NDArray[np.float32]) -> NDArray[np.float32]:
    """log p, finite for p = 0."""
    return np.asarray(np.log(np.maximum(p, np.float32(_SMALLEST))), np.float32)


def _logit(p: NDArray[np.float32]) -> NDArray[np.float32]:
    """log(p / (1 - p)); a float32 near 1 is known to 6e-8, and a p of 0 is taken for no less."""
    kept = np.clip(p.astype(np.float64), _NEAREST, 1 - _NEAREST)
    return np.asarray(np.log(kept / (1 - kept)), np.float32)
