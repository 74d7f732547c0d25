"""The layers on the board beside the tensors of the oracle: which is which, and what feeds what. No I/O.

The board names each of its layers after the tensor that it writes. Layers that the compiler fused into others
have no tensor of their own on the board; what fed them feeds the layer that took them in.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tinykd.errors import ModelError
from tinykd.front.raw_input import FrontLayer
from tinykd.link.replies import LayerReply
from tinykd.oracle import OracleTensor

LONGEST_NAME = 255  # characters that the link carries


@dataclass(frozen=True)
class Pair:
    """A layer of the board whose output can be held against a tensor of the oracle."""

    layer: int  # index on the board
    info: LayerReply
    tensor: OracleTensor
    label: str = ""  # where the board calls several layers alike

    @property
    def name(self) -> str:
        """Which layer it is."""
        return self.label or self.info.name


def front_pairs(layers: Sequence[LayerReply], front: Sequence[FrontLayer]) -> tuple[Pair, ...]:
    """The layers of a front end, which the board has one by one."""
    tensors = (OracleTensor(each.name, -1, each.data) for each in front)
    found = enumerate(zip(layers, tensors, strict=False))
    return tuple(Pair(index, info, tensor, tensor.name) for index, (info, tensor) in found)


def pair_layers(
    layers: Sequence[LayerReply], tensors: Sequence[OracleTensor], start: int = 0
) -> tuple[Pair, ...]:
    """From layer ``start`` in the board's order; tensors of one name and size are taken in the oracle's."""
    known: dict[tuple[str, int], list[OracleTensor]] = defaultdict(list)
    for tensor in tensors:
        known[_key(tensor.name), tensor.data.nbytes].append(tensor)
    return tuple(_pairs(layers[start:], known, start))


def _pairs(
    layers: Sequence[LayerReply], known: dict[tuple[str, int], list[OracleTensor]], start: int
) -> Iterator[Pair]:
    for index, layer in enumerate(layers, start):
        fitting = known.get((_key(layer.name), layer.output_bytes))
        if fitting:  # else fused away, or laid out otherwise
            yield Pair(index, layer, fitting.pop(0))


def _key(name: str) -> str:
    """Names reach the board as printable ASCII: compared by what survives that."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name[:LONGEST_NAME])


def feeds(model: bytes, pairs: Sequence[Pair]) -> tuple[tuple[int, ...], ...]:
    """For each pair the positions of those whose tensors it reads, directly or through fused operators."""
    sources = _operator_sources(model)
    last = max((pair.tensor.operator for pair in pairs), default=0)
    if sources is None or last >= len(sources):  # unreadable, or a trace of another model: taken for a chain
        return tuple((i - 1,) if i else () for i in range(len(pairs)))
    position = {pair.tensor.operator: i for i, pair in enumerate(pairs)}
    return tuple(
        tuple(sorted({p for p in _visible(pair.tensor.operator, sources, position) if p < i}))
        for i, pair in enumerate(pairs)
    )


def _visible(operator: int, sources: Sequence[tuple[int, ...]], position: dict[int, int]) -> Iterator[int]:
    """The pairs before ``operator``, looking through operators that have none; each operator once."""
    waiting, seen = list(sources[operator]), set()
    while waiting:
        source = waiting.pop()
        if source in seen:
            continue
        seen.add(source)
        if source in position:
            yield position[source]
        else:
            waiting += sources[source]


def _operator_sources(model: bytes) -> list[tuple[int, ...]] | None:
    """For each operator those that wrote its inputs."""
    from tinykd.graph.reader import read_graph

    try:
        ops = read_graph(model).main.ops
    except ModelError:
        return None
    writer = {tensor.index: op.index for op in ops for tensor in op.outputs}
    return [tuple(writer[t.index] for t in op.inputs if t is not None and t.index in writer) for op in ops]
