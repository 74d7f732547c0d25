"""Loads a ``.keras`` file with Keras 3 and asks it for logits. Only after ``archive.check_archive``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Samples
from tinykd.errors import ModelError, one_line
from tinykd.teacher.archive import check_archive
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries

_SMALLEST = 1e-30  # probabilities below are taken for it before the logarithm


def load_keras(path: Path) -> Any:
    """The checked model of ``path``; never compiled, never with unsafe deserialisation."""
    check_archive(path)
    try:
        return libraries().keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # noqa: BLE001 - a foreign file may fail in any way
        raise ModelError(path, f"Keras cannot load it ({one_line(str(error), 160)})") from None


def check_shapes(model: Any, path: Path, input_shape: tuple[int, int, int], classes: int) -> None:
    """One input of the data's shape, one output of a number per class."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        found = f"{len(model.inputs)} inputs and {len(model.outputs)} outputs"
        raise ModelError(path, found, "one of each")
    given, wanted = tuple(model.inputs[0].shape[1:]), input_shape
    if len(given) != 3 or any(g not in (None, w) for g, w in zip(given, wanted, strict=True)):
        raise ModelError(
            path, f"its input is {list(given)}", f"{list(wanted)}, the shape of the data's samples"
        )
    output = tuple(model.outputs[0].shape[1:])
    if output != (classes,):
        raise ModelError(
            path, f"its output is {list(output)}", f"[{classes}], a logit for each class of the data"
        )


def logits_of(
    model: Any, path: Path, samples: Samples
) -> tuple[Callable[[Samples], NDArray[np.float32]], bool]:
    """A function that gives logits, and whether the model itself gives probabilities.

    Probabilities p are recognised on ``samples`` (all in [0, 1], rows sum to 1); log p are logits of the same
    softmax at every temperature, since a constant per row cancels.
    """
    predict = Predictor(model)
    given = predict(samples)
    if not np.isfinite(given).all():
        raise ModelError(path, "it gives NaN or infinity on the data", "finite logits")
    if not looks_like_probabilities(given):
        return predict, False
    return lambda x: np.log(np.maximum(predict(x), np.float32(_SMALLEST))), True


def looks_like_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Whether ``outputs`` (n, classes) can only come from a softmax."""
    sums = outputs.sum(axis=1)
    return bool((outputs >= 0).all() and (outputs <= 1).all() and np.allclose(sums, 1, atol=1e-3))
