"""Another model of the same graph: other weights and biases, and other scales where they are free."""

from dataclasses import replace

import numpy as np

from tinykd.graph.ir import DType, Op, Subgraph, Tensor
from tinykd.graph.reader import read_graph
from tinykd.graph.writer import written

_FREE = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")  # whose output's scale hangs on no input's


def twin(model: bytes, seed: int) -> bytes:
    """``model`` as if it had been trained again."""
    graph = read_graph(model).main
    return written(_Twin(graph, seed).graph(), f"twin {seed}")


class _Twin:
    def __init__(self, graph: Subgraph, seed: int) -> None:
        self.old, self.random = graph, np.random.default_rng(seed)
        ends = {id(t) for t in (*graph.inputs, *graph.outputs)}
        made = {id(t): op for op in graph.ops for t in op.outputs}
        readers: dict[int, list[str]] = {}
        for op in graph.ops:
            for tensor in op.inputs:
                if tensor is not None:
                    readers.setdefault(id(tensor), []).append(op.kind)
        self.free = {
            key
            for key, op in made.items()
            if key not in ends and op.kind in _FREE and all(kind in _FREE for kind in readers.get(key, ["?"]))
        }
        self.new: dict[int, Tensor] = {}

    def graph(self) -> Subgraph:
        ops = tuple(self._op(op) for op in self.old.ops)
        inputs, outputs = (tuple(self._tensor(t) for t in ts) for ts in (self.old.inputs, self.old.outputs))
        return replace(self.old, ops=ops, inputs=inputs, outputs=outputs, tensors=tuple(self.new.values()))

    def _op(self, op: Op) -> Op:
        inputs = tuple(None if t is None else self._tensor(t) for t in op.inputs)
        if op.kind in _FREE and len(inputs) > 2 and inputs[2] is not None:
            inputs = (*inputs[:2], self._bias(*inputs[:3]))
        return replace(op, inputs=inputs, outputs=tuple(self._tensor(t) for t in op.outputs))

    def _bias(self, values: Tensor | None, weights: Tensor | None, bias: Tensor | None) -> Tensor:
        """Its scale is the product of the others', as TFLM checks."""
        assert (
            values and weights and bias and values.quantization and weights.quantization and bias.quantization
        )
        scales = np.float32(values.quantization.scales[0]) * np.float32(weights.quantization.scales)
        own = replace(bias.quantization, scales=tuple(map(float, np.atleast_1d(scales))))
        return replace(bias, quantization=own)

    def _tensor(self, tensor: Tensor) -> Tensor:
        if id(tensor) not in self.new:
            self.new[id(tensor)] = self._other(tensor)
        return self.new[id(tensor)]

    def _other(self, tensor: Tensor) -> Tensor:
        if tensor.data is not None and tensor.dtype is DType.INT8:
            data = self.random.integers(-127, 128, tensor.shape).astype(np.int8)
            return self._rescaled(replace(tensor, data=data))
        if tensor.data is not None and tensor.dtype is DType.INT32 and tensor.quantization is not None:
            return replace(
                tensor, data=(tensor.data * self.random.uniform(-1, 1, tensor.shape)).astype(np.int32)
            )
        return self._rescaled(tensor, shift=True) if id(tensor) in self.free else tensor

    def _rescaled(self, tensor: Tensor, shift: bool = False) -> Tensor:
        old = tensor.quantization
        assert old is not None
        scales = np.asarray(old.scales, np.float32)
        scales = scales * self.random.uniform(0.6, 1.5, scales.shape).astype(np.float32)
        zeros = tuple(int(np.clip(z + 7, -128, 127)) if shift else z for z in old.zero_points)
        return replace(tensor, quantization=replace(old, scales=tuple(map(float, scales)), zero_points=zeros))
