"""TimeDistributed of a layer that sees the last axis alone is that layer.

Keras 3 has a converter write a copy of it for each step.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

_LAST_AXIS = ("Dense", "Activation", "ReLU", "LeakyReLU", "BatchNormalization", "Dropout", "Identity")


def on_all_steps(layers: Sequence[Any]) -> None:
    """Of a model's ``layers``, nested ones too; those that it is about are changed for good."""
    for layer in layers:
        inner = getattr(layer, "layer", None)
        if type(layer).__name__ == "TimeDistributed" and type(inner).__name__ in _LAST_AXIS:
            one = _normalised(inner) if type(inner).__name__ == "BatchNormalization" else inner
            if one is not None:
                layer.call = _call(one)


def _normalised(layer: Any) -> Any:
    """A BatchNormalization of channels, which is built for one step and takes no more axes; else None."""
    axes = layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis]
    if list(axes) not in ([-1], [layer.input_spec.ndim - 1]):
        return None
    scale = 1 / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
    scale = scale if layer.gamma is None else scale * np.asarray(layer.gamma)
    offset = -np.asarray(layer.moving_mean) * scale
    offset = offset if layer.beta is None else offset + np.asarray(layer.beta)
    return lambda x: x * scale.astype(np.float32) + offset.astype(np.float32)


def _call(inner: Any) -> Any:
    def call(x: Any, training: bool | None = None, mask: Any = None) -> Any:
        return inner(x)

    return call
