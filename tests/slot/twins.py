"""Other models of the same graph: other weights and biases, and other scales where they are free."""

from dataclasses import replace

import numpy as np

from tinykd.graph.ir import DType, Op, Subgraph, Tensor
from tinykd.graph.reader import read_graph
from tinykd.graph.writer import written

_TRAINED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_FREE = (*_TRAINED, "ADD", "SUB", "MUL")  # whose output's scale hangs on no input's


def twin(model: bytes, seed: int) -> bytes:
    """``model`` as if it had been trained again."""
    graph = read_graph(model).main
    return written(_Twin(graph, seed).graph(), f"twin {seed}")


def worst_twin(model: bytes, seed: int) -> bytes:
    """``model`` with what no kernel for a core of its own takes in every layer: weights of -128, biases that
    a word of 24 bits cannot hold, and factors of 1/2 and above in some channels."""
    graph = read_graph(model).main
    return written(_Worst(graph, seed).graph(), f"worst twin {seed}")


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
        if op.kind in _TRAINED and len(inputs) > 2 and inputs[2] is not None:
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


class _Worst(_Twin):
    """Every third channel is of that kind, the others are as a twin's."""

    def _other(self, tensor: Tensor) -> Tensor:
        found = super()._other(tensor)
        if tensor.data is None or tensor.quantization is None:
            return found
        assert found.data is not None and found.quantization is not None
        axis = tensor.quantization.axis if tensor.quantization.per_channel else 0
        data = np.moveaxis(found.data.copy(), axis, 0)
        if tensor.dtype is DType.INT8:
            data[::3] = self.random.choice(np.array([-128, 127]), data[::3].shape)
        elif tensor.dtype is DType.INT32:
            data[::3] = self.random.choice(_BIASES, data[::3].shape)
        scales = np.array(found.quantization.scales, np.float32)
        scales[::3] *= np.float32(300.0 if scales.size > 1 else 1.0)
        steep = replace(found.quantization, scales=tuple(map(float, scales)))
        return replace(found, data=np.moveaxis(data, 0, axis), quantization=steep)


_BIASES = np.array([-(1 << 24) - 7, (1 << 24) + 11])
