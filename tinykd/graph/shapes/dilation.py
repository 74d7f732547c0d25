"""A dilated convolution of an open batch, which converters write in blocks, as the one layer that it is.

SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND compute what one convolution with a dilation does.
LiteRT pads the blocks with the zero point; TFLM never sets that value, so it can run such a chain only as
the convolution. Op and tensor numbers stay: RESHAPE that changes nothing stands for the ops around it.
Chains that TFLM computes as they are (no padding, zero point 0) are left alone, and so is what no padding of
a convolution is equal to.

Source: with_space_to_batch in tensorflow/python/ops/nn_ops.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinykd.graph.ir import Op, Options, Subgraph, Tensor

SAME, VALID = 0, 1  # of the schema's enum Padding
CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
_WIDENS, _NARROWS = ("EXPAND_DIMS", "RESHAPE"), ("SQUEEZE", "RESHAPE")  # around a convolution along time
_PLAIN = {"padding": VALID, "stride_w": 1, "stride_h": 1, "dilation_w_factor": 1, "dilation_h_factor": 1}


def with_dilation(graph: Subgraph) -> Subgraph:
    """``graph`` with each such chain replaced; itself if there is none."""
    if not any(op.kind == "SPACE_TO_BATCH_ND" for op in graph.ops):
        return graph
    chains = (_chain(graph, op) for op in graph.ops if op.kind == "SPACE_TO_BATCH_ND")
    new = {op.index: op for chain in chains if chain for op in chain.replaced()}
    return replace(graph, ops=tuple(new.get(op.index, op) for op in graph.ops)) if new else graph


@dataclass(frozen=True)
class _Blocks:
    into: Op  # SPACE_TO_BATCH_ND
    inner: tuple[Op, ...]  # the convolution, with a RESHAPE or the like before and after it along time
    back: Op  # BATCH_TO_SPACE_ND
    dilation: tuple[int, int]  # along height and width
    padding: int

    def replaced(self) -> Iterator[Op]:
        """The ops that stand there instead."""
        x, y = self.into.inputs[0], self.back.outputs[0]
        assert x is not None
        yield _reshape(self.into, x, x.shape)
        yield _reshape(self.back, self.back.inputs[0], y.shape)
        for op in self.inner:
            if op.kind == "RESHAPE":
                time, depth = (x.shape if op is self.inner[0] else y.shape)[1:]
                shape = (1, time, depth) if op is self.inner[-1] else _wide(op, time, depth)
                yield _reshape(op, op.inputs[0], shape)
            elif op.kind in CONVOLUTIONS:
                height, width = self.dilation
                changed = {"padding": self.padding, "dilation_h_factor": height, "dilation_w_factor": width}
                yield replace(op, options=Options({**op.options.values, **changed}))


def _reshape(op: Op, x: Tensor | None, shape: tuple[int, ...]) -> Op:
    """RESHAPE of ``x`` to ``shape`` in the place of ``op``; the batch is what is left."""
    return replace(op, kind="RESHAPE", inputs=(x,), options=Options({"new_shape": (-1, *shape[1:])}))


def _wide(op: Op, time: int, depth: int) -> tuple[int, ...]:
    return (1, 1, time, depth) if op.outputs[0].shape[1] == 1 else (1, time, 1, depth)


def _chain(graph: Subgraph, into: Op) -> _Blocks | None:
    """The chain that begins with ``into``, if it is one that TFLM cannot compute as it is."""
    x, pads = (into.inputs[0], _pairs(into)) if len(into.inputs) == 3 else (None, None)
    if x is None or pads is None or not pads.any() or not into.outputs[0].zero_point:
        return None
    inner: list[Op] = []
    kinds = [CONVOLUTIONS] if len(x.shape) == 4 else [_WIDENS, CONVOLUTIONS, _NARROWS]
    at: Op | None = into
    for wanted in (*kinds, ("BATCH_TO_SPACE_ND",)):
        at = _only_reader(graph, at) if at is not None else None
        if at is None or at.kind not in wanted:
            return None
        inner.append(at)
    return _of(into, tuple(inner[:-1]), inner[-1], pads)


def _of(into: Op, inner: tuple[Op, ...], back: Op, pads: NDArray[np.int64]) -> _Blocks | None:
    """The chain, if one convolution is equal to it."""
    convolution = next(op for op in inner if op.kind in CONVOLUTIONS)
    crops, block = _pairs(back), _numbers(into, 1)
    same_block = block is not None and block == _numbers(back, 1)
    if crops is None or block is None or not same_block or crops.shape != pads.shape:
        return None
    if not _is_plain(convolution) or crops[:, 0].any() or len(block) != len(pads):
        return None
    wide = convolution.inputs[0]
    sizes = convolution.inputs[1].shape[1:3] if convolution.inputs[1] is not None else ()
    if wide is None or len(wide.shape) != 4 or len(sizes) != 2:
        return None
    along = [0, 1] if len(block) == 2 else [1] if wide.shape[1] == 1 else [0]
    dilation, around = [1, 1], [(0, 0), (0, 0)]
    for axis, step, (before, after) in zip(along, block, (pads - crops).tolist(), strict=True):
        dilation[axis], around[axis] = step, (before, after)
    padding = _padding(around, [step * (size - 1) for step, size in zip(dilation, sizes, strict=True)])
    return None if padding is None else _Blocks(into, inner, back, (dilation[0], dilation[1]), padding)


def _padding(around: list[tuple[int, int]], reach: list[int]) -> int | None:
    """VALID or SAME, as ``around`` is; None if it is neither. ``reach``: of the dilated kernel, less 1."""
    if all(pair == (0, 0) for pair in around):
        return VALID
    return SAME if all(pair == (n // 2, n - n // 2) for pair, n in zip(around, reach, strict=True)) else None


def _is_plain(op: Op) -> bool:
    return len(op.inputs) > 1 and all(op.options.integer(name) == value for name, value in _PLAIN.items())


def _only_reader(graph: Subgraph, op: Op) -> Op | None:
    """The op that reads the result of ``op``, as its first operand, if nothing else does."""
    if len(op.outputs) != 1 or op.outputs[0] in graph.outputs:
        return None
    readers = [other for other in graph.ops if op.outputs[0] in other.inputs]
    return readers[0] if len(readers) == 1 and readers[0].inputs[0] is op.outputs[0] else None


def _numbers(op: Op, operand: int) -> list[int] | None:
    tensor = op.inputs[operand] if len(op.inputs) > operand else None
    return None if tensor is None or tensor.data is None else [int(n) for n in tensor.data.reshape(-1)]


def _pairs(op: Op) -> NDArray[np.int64] | None:
    """(spatial axes, 2): paddings or crops."""
    numbers = _numbers(op, 2)
    return None if numbers is None or len(numbers) % 2 else np.array(numbers, np.int64).reshape(-1, 2)
