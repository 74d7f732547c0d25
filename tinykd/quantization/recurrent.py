"""Recurrent layers: tfmot knows none, so a student with one becomes int8 by calibration (``ptq``).

LSTM is one operator of TFLM. GRU and SimpleRNN are none: ``unrolled`` writes them out step by step.
"""

from typing import Any

from tinykd.errors import ModelError

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN"})
UNROLLED = frozenset({"GRU", "SimpleRNN"})
CALIBRATED = frozenset(  # of trained models alone: others are asked to write what can be simulated
    {"Multiply", "Maximum", "Minimum", "PReLU", "Permute", "TFOpLambda", "elu"}
)
MOST_STEPS = 128  # of an unrolled layer: each takes a dozen calls in flash

_GATED: dict[str, tuple[str, ...]] = {"activation": ("tanh",), "recurrent_activation": ("sigmoid",)}
_ACTIVATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "LSTM": _GATED,
    "GRU": _GATED,
    "SimpleRNN": {"activation": ("tanh", "relu")},
}


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
    for key in ("stateful", "return_state", "unroll"):
        if config[key]:
            raise ModelError(where, f"{key}=True", f"{key}=False")
    if not config.get("reset_after", True):
        raise ModelError(where, "reset_after=False", "reset_after=True, Keras' default")
    for key, known in _ACTIVATIONS[kind].items():
        if config[key] not in known:
            raise ModelError(where, f"{key} {config[key]} has no int8 form in {kind}", " or ".join(known))
    steps = layer.input_shape[1]
    if steps is None:
        raise ModelError(where, "has no fixed number of steps", "Input((steps, channels))")
    if kind in UNROLLED and steps > MOST_STEPS:
        found = f"{kind} is unrolled over {steps} steps"
        fix = "Shorten the time with strides of a Conv2D before it, or use LSTM"
        raise ModelError(where, found, f"at most {MOST_STEPS}", fix)
