"""Which channels matter least, and the model without them: dense and smaller, the same kind of network.

Importance of a channel: the sum of |gamma| of the BatchNormalizations that it passes through (Network
Slimming: Liu et al., arXiv 1708.06519), or, where there is none, the L1 norm of the filters that make it (Li
et al., arXiv 1608.08710), each relative to the mean of its space, so that spaces can be compared. Channels go
in fours, since kernels work on four at a time, and four of every space stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.pruning.channels import Kept, Network, WeightAxis

CHUNK = 4


@dataclass(frozen=True)
class Chunk:
    """Channels of one space that go together, and how much they matter."""

    importance: float
    space: int
    channels: tuple[int, ...]


def chunks(model: Any, network: Network) -> list[Chunk]:
    """All that could go, what matters least first."""
    found = []
    for space in sorted(set(network.makers.values()) - network.fixed):
        scores = importance(model, network, space)
        order = np.argsort(scores, kind="stable")
        starts = [0, *range(len(order) % CHUNK or CHUNK, len(order) - CHUNK + 1, CHUNK)]
        for start, end in pairwise(starts):
            mean = float(scores[order[start:end]].mean())
            found.append(Chunk(mean, space, tuple(int(c) for c in order[start:end])))
    return sorted(found, key=lambda chunk: (chunk.importance, chunk.space))


def importance(model: Any, network: Network, space: int) -> NDArray[np.float64]:
    """(channels,) of ``space``, 1 in the mean."""
    gammas = [
        np.abs(np.asarray(layer.gamma, np.float64))
        for layer in model.layers
        if type(layer).__name__ == "BatchNormalization" and layer.scale and _is_of(network, layer.name, space)
    ]
    found = sum(gammas) if gammas else _norms(model, network, space)
    return np.asarray(found / max(float(np.mean(found)), 1e-30))


def _is_of(network: Network, layer: str, space: int) -> bool:
    return network.axes.get((layer, 0), {}).get(0) == WeightAxis((space,))


def _norms(model: Any, network: Network, space: int) -> NDArray[np.float64]:
    """The sum over the layers that make ``space``."""
    total = np.zeros(network.sizes[space])
    for name, made in network.makers.items():
        if made == space:
            kernel = np.abs(np.asarray(model.get_layer(name).kernel, np.float64))
            total += kernel.reshape(-1, kernel.shape[-1]).sum(axis=0)
    return total


def without(network: Network, gone: Sequence[Chunk]) -> Kept:
    """What stays when the ``gone`` are taken out."""
    out: dict[int, set[int]] = {}
    for chunk in gone:
        out.setdefault(chunk.space, set()).update(chunk.channels)
    return {s: np.array([c for c in range(network.sizes[s]) if c not in out[s]], np.int64) for s in out}


def rebuilt(model: Any, network: Network, kept: Kept) -> Any:
    """A tf_keras model of the channels ``kept``, with their weights."""
    config = model.get_config()
    for entry in config["layers"]:
        entry.pop("build_config", None)  # of the old shapes
        space = network.makers.get(entry["config"]["name"])
        if space is not None and space in kept:
            key = "units" if entry["class_name"] == "Dense" else "filters"
            entry["config"][key] = len(kept[space])
    made = type(model).from_config(config)
    for layer in made.layers:
        layer.set_weights(_cut(model.get_layer(layer.name), network, kept))
    return made


def _cut(layer: Any, network: Network, kept: Kept) -> list[NDArray[Any]]:
    weights = layer.get_weights()
    for number, weight in enumerate(weights):
        for axis, what in network.axes.get((layer.name, number), {}).items():
            weight = np.take(weight, network.index(what, kept), axis)
        weights[number] = weight
    return weights  # type: ignore[no-any-return]
