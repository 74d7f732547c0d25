"""Which LSTM, GRU and SimpleRNN of Keras TFLM can compute, by their configs. No TensorFlow."""

from collections.abc import Iterator, Mapping
from typing import Any

UNROLLED = frozenset({"GRU", "SimpleRNN"})  # no operators of TFLM: written out step by step
MOST_STEPS = 128  # of an unrolled layer: each takes a dozen calls in flash

_GATED: dict[str, tuple[str, ...]] = {"activation": ("tanh",), "recurrent_activation": ("sigmoid",)}


_ACTIVATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "LSTM": _GATED,
    "GRU": _GATED,
    "SimpleRNN": {"activation": ("tanh", "relu")},
}


def cell_problems(kind: str, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What TFLM's operators cannot compute in a layer's ``config``: (found, expected) each."""
    for key in ("stateful", "return_state", "time_major"):
        if config.get(key):
            yield f"{key}=True", f"{key}=False"
    if not config.get("reset_after", True):
        yield "reset_after=False", "reset_after=True, Keras' default"
    for key, known in _ACTIVATIONS[kind].items():
        name = config[key] if isinstance(config[key], str) else "of your own"
        if name not in known:
            yield f"{key} {name} has no int8 form in {kind}", " or ".join(known)


def steps_problem(kind: str, steps: int) -> tuple[str, str, str] | None:
    """Found, expected and a fix, where a layer of ``kind`` has too many steps."""
    if kind not in UNROLLED or steps <= MOST_STEPS:
        return None
    found, fix = (
        f"{kind} is unrolled over {steps} steps",
        "Shorten the time with strides of a Conv2D before it",
    )
    return found, f"at most {MOST_STEPS}", f"{fix}, or use LSTM"
