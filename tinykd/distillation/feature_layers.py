"""The layers that losses on features read: a named layer, or the deepest of the kind that is needed.

Works on models of either Keras. A map is (n, h, w, c), an embedding (n, c): what the last dense layer takes.
"""

import difflib
from typing import Any

from tinykd.errors import ModelError


def layer_named(model: Any, name: str, where: str) -> Any:
    """The output tensor of the layer called ``name``."""
    names = [layer.name for layer in model.layers]
    if name in names:
        return model.get_layer(name).output
    near = difflib.get_close_matches(name, names, n=1) or names[-6:]
    raise ModelError(where, f'no layer "{name}" in {model.name}', " or ".join(f'"{each}"' for each in near))


def deepest_map(model: Any, at_least: tuple[int, int] | None, where: str) -> Any:
    """The last tensor (n, h, w, c) of at least so many pixels; else the last of more than one."""
    maps = [tensor for tensor in map(_single_output, model.layers[1:]) if _is_map(tensor)]
    if not maps:
        found, wanted = f"{model.name} has no map of features (n, h, w, c)", "a convolutional network"
        raise ModelError(where, found, wanted, 'Use method = "rkd", which compares embeddings')
    large = [tensor for tensor in maps if at_least is None or _covers(tensor, at_least)]
    return (large or maps)[-1]


def embedding(model: Any, where: str) -> Any:
    """What the last dense layer takes, (n, c)."""
    for layer in reversed(model.layers):
        if type(layer).__name__ == "Dense" and len(layer.input.shape) == 2:
            return layer.input
    raise ModelError(where, f"{model.name} ends in no dense layer", "an embedding (n, c) before the logits")


def size_of(tensor: Any) -> tuple[int, int]:
    """(h, w) of a map."""
    return int(tensor.shape[1]), int(tensor.shape[2])


def _single_output(layer: Any) -> Any:
    return None if isinstance(layer.output, list | tuple) else layer.output


def _is_map(tensor: Any) -> bool:
    """More than one pixel, all sizes known."""
    if tensor is None or len(tensor.shape) != 4 or None in tuple(tensor.shape)[1:]:
        return False
    height, width = size_of(tensor)
    return height * width > 1


def _covers(tensor: Any, size: tuple[int, int]) -> bool:
    return all(have >= want for have, want in zip(size_of(tensor), size, strict=True))
