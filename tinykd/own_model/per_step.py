"""TimeDistributed of a layer that sees the last axis alone is that layer.

Keras 3 has a converter write a copy of it for each step.
"""

from collections.abc import Sequence
from typing import Any

_LAST_AXIS = ("Dense", "Activation", "ReLU", "LeakyReLU", "BatchNormalization", "Dropout", "Identity")


def on_all_steps(layers: Sequence[Any]) -> None:
    """Of a model's ``layers``, nested ones too; those that it is about are changed for good."""
    for layer in layers:
        inner = getattr(layer, "layer", None)
        if type(layer).__name__ == "TimeDistributed" and type(inner).__name__ in _LAST_AXIS:
            layer.call = _call(inner)


def _call(inner: Any) -> Any:
    def call(x: Any, training: bool | None = None, mask: Any = None) -> Any:
        return inner(x)

    return call
