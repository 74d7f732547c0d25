"""Samples and answers across the float ends of a model, as TFLM's QUANTIZE and DEQUANTIZE convert them.

Rows are the bytes of all inputs, or of all outputs, of a sample: the model's on one side, the program's on
the other. Source: AffineQuantize and Dequantize in tensorflow/lite/kernels/internal/reference/.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError
from tinykd.graph import schema
from tinykd.graph.ends import End, Ends
from tinykd.graph.flatbuffer import Table
from tinykd.graph.quantize import dequantize, quantize
from tinykd.graph.reader import MAX_OPERANDS, MAX_SUBGRAPHS
from tinykd.graph.shapes.pin import pinned

Rows = NDArray[np.int8]  # (n, bytes), or (n, *shape) of one tensor of bytes


def program_inputs(ends: Ends, samples: Rows) -> Rows:
    """What the program takes for ``samples`` of the model; the same array where it takes them as they are."""
    if not any(end.is_converted for end in ends.inputs):
        return samples
    parts = _split(samples, [end.real.bytes for end in ends.inputs])
    return np.concatenate([_quantized(e, p) for e, p in zip(ends.inputs, parts, strict=True)], axis=1)


def model_outputs(ends: Ends, answers: Rows) -> Rows:
    """What the model gives, as far as the program goes, for ``answers`` of the program."""
    if not any(end.is_converted for end in ends.outputs):
        return answers
    parts = _split(answers, [end.port.bytes for end in ends.outputs])
    return np.concatenate([_dequantized(e, p) for e, p in zip(ends.outputs, parts, strict=True)], axis=1)


def without_tail(model: bytes, ends: Ends) -> bytes:
    """``model``, an open batch pinned, that ends where the program does; the same bytes if it has no tail.

    For TFLM alone: the tail is still in it.
    """
    wanted = [end.real.index for end in ends.outputs]
    if wanted == [end.outer.index for end in ends.outputs]:
        return model
    model = pinned(model)
    main = Table.root(model, schema.IDENTIFIER).tables(2, MAX_SUBGRAPHS)[0]
    where = main.position_of(2)
    if where is None or len(main.numbers(2, "i", MAX_OPERANDS)) != len(wanted):
        raise ModelError("model", "other outputs than its graph has", f"{len(wanted)} outputs")
    out = bytearray(model) + bytes(-len(model) % 4)
    struct.pack_into("<I", out, where, len(out) - where)
    return bytes(out + struct.pack(f"<I{len(wanted)}i", len(wanted), *wanted))


def _split(rows: Rows, sizes: list[int]) -> list[Rows]:
    return np.split(rows.reshape(len(rows), -1), np.cumsum(sizes)[:-1], axis=1)


def _quantized(end: End, part: Rows) -> Rows:
    if not end.is_converted:
        return part
    reals, tensor = np.ascontiguousarray(part).view(np.float32), end.port
    integers = quantize(reals, tensor.scale, tensor.zero_point, tensor.dtype.numpy.type)
    return np.ascontiguousarray(integers).view(np.int8)


def _dequantized(end: End, part: Rows) -> Rows:
    if not end.is_converted:
        return part
    integers, tensor = np.ascontiguousarray(part).view(end.port.dtype.numpy), end.port
    return np.ascontiguousarray(dequantize(integers, tensor.scale, tensor.zero_point)).view(np.int8)
