"""Small weights set to zero while training (tfmot; Zhu and Gupta, arXiv 1710.01878): a smaller download.

No channel goes, so flash, RAM and time on the board stay what they were: only what is compressed shrinks. The
share of zeros grows over the first half of the epochs; zeros stay zeros in quantization-aware training too.
"""

from collections.abc import Callable
from typing import Any

from tinykd.errors import ModelError, one_line
from tinykd.training.loop import Arrays
from tinykd.training.tensorflow import libraries, quiet_stderr


def sparse(student: Any, fraction: float, epochs: int) -> Any:
    """The student wrapped; ``epochs``: how long it will be trained."""
    sparsity = libraries().tfmot.sparsity.keras
    end = end_of_growth(epochs)
    schedule = sparsity.PolynomialDecay(0.0, fraction, begin_step=0, end_step=end, frequency=1)
    try:
        with quiet_stderr():
            return sparsity.prune_low_magnitude(student, schedule)
    except (ValueError, RuntimeError) as error:
        found = f"tfmot refuses it ({one_line(str(error), 200)})"
        raise ModelError(f"student {student.name}", found, 'layers that method = "channels" takes') from None


def end_of_growth(epochs: int) -> int:
    """The first of ``epochs`` (from 0) in which as many weights are zero as are to be."""
    return max(1, epochs // 2)


def stepping(model: Any, epoch_arrays: Callable[[int], Arrays]) -> Callable[[int], Arrays]:
    """``epoch_arrays``, counting epochs in the wrapped ``model``: its schedule goes by epoch."""

    def arrays(epoch: int) -> Arrays:
        for layer in model.layers:
            if hasattr(layer, "pruning_step"):
                layer.pruning_step.assign(epoch)
        return epoch_arrays(epoch)

    return arrays


def stripped(model: Any) -> Any:
    """The plain student, zeros in its weights."""
    return libraries().tfmot.sparsity.keras.strip_pruning(model)


def zeros(model: Any) -> float:
    """The share of ``model``'s kernels that is 0, in [0, 1]."""
    import numpy as np

    kernels = [np.asarray(weight) for weight in model.trainable_weights if len(weight.shape) > 1]
    return float(sum(np.count_nonzero(k == 0) for k in kernels) / max(1, sum(k.size for k in kernels)))
