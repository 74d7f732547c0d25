"""Recurrent layers: tfmot knows none, so a student with one becomes int8 by calibration (``ptq``).

LSTM is one operator of TFLM. GRU and SimpleRNN are none: ``unrolled`` writes them out step by step.
"""

from typing import Any

from tinykd.errors import ModelError
from tinykd.own_model.cells import cell_problems, steps_problem

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN"})
CALIBRATED = frozenset(  # of trained models alone: others are asked to write what can be simulated
    {"Multiply", "Maximum", "Minimum", "PReLU", "Permute", "TFOpLambda", "elu"}
)


def calibrated_layers(model: Any) -> tuple[str, ...]:
    """The kinds of layers in ``model`` whose ranges come from calibration, each once, in their order."""
    kinds = (_kind(layer) for layer in model.layers)
    return tuple(dict.fromkeys(kind for kind in kinds if kind in RECURRENT | CALIBRATED))


def _kind(layer: Any) -> str:
    kind = type(layer).__name__
    named = layer.get_config().get("activation") if kind == "Activation" else None
    return named if named in CALIBRATED else kind


def recurrent_layers(model: Any) -> tuple[str, ...]:
    """The kinds of recurrent layers in ``model``, each once, in their order."""
    kinds = (type(layer).__name__ for layer in model.layers)
    return tuple(dict.fromkeys(kind for kind in kinds if kind in RECURRENT))


def check_recurrent(layer: Any, where: str) -> None:
    """Raise a ``ModelError`` where TFLM's operators cannot compute ``layer``, an LSTM, GRU or SimpleRNN."""
    config, kind = layer.get_config(), type(layer).__name__
    for found, wanted in cell_problems(kind, config):
        raise ModelError(where, found, wanted)
    if config["unroll"]:
        raise ModelError(where, "unroll=True", "unroll=False")
    steps = layer.input_shape[1]
    if steps is None:
        raise ModelError(where, "has no fixed number of steps", "Input((steps, channels))")
    if (problem := steps_problem(kind, steps)) is not None:
        raise ModelError(where, *problem)
