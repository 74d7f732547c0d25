"""What a foreign teacher must take and give, and how its answers become logits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.checks import colour_hint
from tinykd.data.dataset import Dataset, Samples
from tinykd.errors import ModelError

_SMALLEST = 1e-30  # probabilities below are taken for it before the logarithm

Predict = Callable[[Samples], NDArray[np.float32]]  # (n, H, W, C) -> (n, classes)


@dataclass(frozen=True)
class Ends:
    """One sample in, one answer out."""

    input_shape: tuple[int, int, int]  # (H, W, C)
    outputs: int  # a logit for each class, or a value for each target
    classes: bool = True

    @classmethod
    def of(cls, data: Dataset) -> "Ends":
        """What ``data`` asks for."""
        return cls(data.input_shape, data.outputs, data.task == "classification")


@dataclass(frozen=True)
class Loaded:
    """A foreign model, ready to be asked."""

    predict: Predict
    parameters: int
    note: str = ""  # what its user should know about how it is asked


def check_shapes(model: Any, path: Path, ends: Ends) -> None:
    """One input of the data's shape, one output of a number per class; ``model``: of either Keras."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    given, wanted = tuple(model.inputs[0].shape[1:]), ends.input_shape
    if len(given) != 3 or any(g not in (None, w) for g, w in zip(given, wanted, strict=True)):
        raise refused_input(path, given, wanted)
    check_output(path, tuple(model.outputs[0].shape[1:]), ends)


def check_output(path: Path, output: tuple[object, ...], ends: Ends) -> None:
    """``output``: the shape of one answer."""
    if output != (ends.outputs,):
        each = "a logit for each class" if ends.classes else "a number for each target"
        wanted = f"[{ends.outputs}], {each} of the data"
        raise ModelError(path, f"its output is {list(output)}", wanted)


def refused_input(path: Path, given: tuple[object, ...], wanted: tuple[int, ...]) -> ModelError:
    """The error for an input of another shape."""
    expected = f"{list(wanted)}, the shape of the data's samples"
    return ModelError(path, f"its input is {list(given)}", expected, colour_hint(given, wanted))


def logits_of(predict: Predict, path: Path, samples: Samples, classes: bool = True) -> tuple[Predict, bool]:
    """A function that gives logits, and whether the model itself gives probabilities.

    Probabilities p are recognised on ``samples`` (all in [0, 1], rows sum to 1); log p are logits of the same
    softmax at every temperature, since a constant per row cancels.
    """
    given = predict(samples)
    if not np.isfinite(given).all():
        raise ModelError(path, "it gives NaN or infinity on the data", "finite logits")
    if not (classes and looks_like_probabilities(given)):
        return predict, False
    return lambda x: log_probabilities(predict(x)), True


def looks_like_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Whether ``outputs`` (n, classes) can only come from a softmax."""
    sums = outputs.sum(axis=1)
    return bool((outputs >= 0).all() and (outputs <= 1).all() and np.allclose(sums, 1, atol=1e-3))


def log_probabilities(p: NDArray[np.float32]) -> NDArray[np.float32]:
    """log p, finite for p = 0."""
    return np.asarray(np.log(np.maximum(p, np.float32(_SMALLEST))), np.float32)
