"""The oracle's tensors as the generated C holds them, where it computes fewer channels than the file says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tinykd.compiler.channels.simplify import Kept
from tinykd.errors import ModelError
from tinykd.oracle import OracleTensor


def with_fewer_channels(model: bytes, tensors: Sequence[OracleTensor]) -> tuple[OracleTensor, ...]:
    """``tensors``, and again those that lose channels, without them: layers are paired by name and size."""
    kept = _kept_by_name(model)
    return (*tensors, *_without(tensors, kept)) if kept else tuple(tensors)


def _without(tensors: Sequence[OracleTensor], kept: dict[str, Kept]) -> Iterator[OracleTensor]:
    for tensor in tensors:
        found = kept.get(tensor.name)
        if found is not None and tensor.data.shape[-1:] == (found.channels,):
            yield replace(tensor, data=np.ascontiguousarray(tensor.data[..., list(found.left)]))


def _kept_by_name(model: bytes) -> dict[str, Kept]:
    """By the tensor's name; nothing for a model that the static runtime does not compile."""
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions
    from tinykd.graph.reader import read_graph

    try:
        graph = read_graph(model)
        kept = compile_graph(graph, CompileOptions("m")).simplified.kept
    except ModelError:
        return {}
    return {t.name: kept[t.index] for t in graph.main.tensors if t.index in kept}
