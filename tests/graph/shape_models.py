"""Models as converters write them for a batch of None, and the same with batch 1.

In an open file every activation's first size is open, and where an op makes more of the batch it says 1 all
the same; other shapes are computed at run time, by SHAPE, STRIDED_SLICE and PACK.
"""

import numpy as np

from tests.conformance.builder import RELU, SAME, TENSOR_TYPE, VALID, Op, Tensor, build, constant


def activation(name: str, shape: tuple[int, ...], is_open: bool, **changes: float) -> Tensor:
    """``shape`` as it is for batch 1; in an open file it begins with 1, whatever the op makes of it."""
    quantized = {"scale": 0.05, "zero_point": -3, **changes}
    if not is_open:
        return Tensor(name, shape, **quantized)  # type: ignore[arg-type]
    written = (1, *shape[1:])
    return Tensor(name, written, shape_signature=(-1, *shape[1:]), **quantized)  # type: ignore[arg-type]


def dilated(is_open: bool, block: int = 2, time: int = 8, channels: int = 3) -> bytes:
    """A causal dilated convolution: pad, time to batch, convolve, batch to time, flatten, classify."""
    t = {"is_open": is_open}
    padded, small = time + 2 * block, (time + 2 * block) // block
    out = small - 2
    x = activation("x", (1, time, channels), **t)
    a, b = (
        activation("net/tcn/Pad", (1, padded, channels), **t),
        activation("net/tcn/S", (block, small, channels), **t),
    )
    c = activation("net/tcn/E", (block, 1, small, channels), **t)
    d = activation("net/tcn/C", (block, 1, out, 4), **t, scale=0.2)
    e = activation("net/tcn/Q", (block, out, 4), **t, scale=0.2)
    f = activation("net/tcn/B", (1, time, 4), **t, scale=0.2)
    flat, scores = (
        activation("flat", (1, time * 4), **t, scale=0.2),
        activation("scores", (1, 2), **t, scale=0.5),
    )
    weights = np.random.default_rng(3).integers(-127, 128, (4, 1, 3, channels)).astype(np.int8)
    matrix = np.random.default_rng(4).integers(-127, 128, (2, time * 4)).astype(np.int8)
    w = Tensor("w", weights.shape, scale=0.01, data=weights)
    bias = Tensor("bias", (4,), "int32", scale=0.0005, data=np.array([300, -20, 5, 0], np.int32))
    v = Tensor("v", matrix.shape, scale=0.01, data=matrix)
    size, crops = constant("block", [block]), constant("crops", [[0, 0]])
    ops = [
        Op("PAD", [x, constant("p", [[0, 0], [2 * block, 0], [0, 0]])], [a]),
        Op("SPACE_TO_BATCH_ND", [a, size, crops], [b]),
        Op("EXPAND_DIMS", [b, constant("axis", -3)], [c]),
        Op("CONV_2D", [c, w, bias], [d], padding=VALID, strideW=1, strideH=1, fusedActivationFunction=RELU),
        Op("RESHAPE", [d, constant("shape", [-1, out, 4])], [e]),
        Op("BATCH_TO_SPACE_ND", [e, size, crops], [f]),
        Op("RESHAPE", [f, constant("flatten", [-1, time * 4])], [flat]),
        Op("FULLY_CONNECTED", [flat, v, None], [scores]),
    ]
    return build(ops)


def first_size(of: Tensor) -> tuple[list[Op], Tensor]:
    """SHAPE and STRIDED_SLICE: the batch, at run time."""
    shape, size = Tensor("shape", (len(of.shape),), "int32"), Tensor("batch", (), "int32")
    one = [constant(name, [n]) for name, n in (("from", 0), ("to", 1), ("by", 1))]
    return [
        Op("SHAPE", [of], [shape], outType=TENSOR_TYPE["int32"]),
        Op("STRIDED_SLICE", [shape, *one], [size], shrinkAxisMask=1),
    ], size


def flattened(is_open: bool) -> bytes:
    """Keras Reshape or Flatten with batch None."""
    x = activation("x", (1, 4, 3), is_open)
    y, z = activation("relu", (1, 4, 3), is_open), activation("y", (1, 12), is_open)
    if not is_open:
        return build([Op("RELU", [x], [y]), Op("RESHAPE", [y, constant("to", [1, 12])], [z])])
    ops, batch = first_size(y)
    shape = Tensor("new", (2,), "int32")
    pack = Op("PACK", [batch, constant("twelve", 12)], [shape], valuesCount=2, axis=0)
    return build([Op("RELU", [x], [y]), *ops, pack, Op("RESHAPE", [y, shape], [z])])


def upsampled(is_open: bool) -> bytes:
    """Conv2DTranspose, whose output's shape is computed from the input's."""
    x, y = activation("x", (1, 3, 3, 2), is_open), activation("y", (1, 6, 6, 4), is_open, scale=0.3)
    weights = np.random.default_rng(5).integers(-127, 128, (4, 2, 2, 2)).astype(np.int8)
    w = Tensor("w", weights.shape, scale=(0.01,) * 4, data=weights)
    options = {"padding": VALID, "strideH": 2, "strideW": 2}
    if not is_open:
        return build([Op("TRANSPOSE_CONV", [constant("s", [1, 6, 6, 4]), w, x], [y], **options)])
    ops, batch = first_size(x)
    shape = Tensor("new", (4,), "int32")
    sizes = [constant(name, n) for name, n in (("h", 6), ("w6", 6), ("c", 4))]
    pack = Op("PACK", [batch, *sizes], [shape], valuesCount=4, axis=0)
    return build([*ops, pack, Op("TRANSPOSE_CONV", [shape, w, x], [y], **options)], inputs=[x])


def one_of(shape: Tensor, at: int, name: str) -> tuple[Op, Tensor]:
    """STRIDED_SLICE of one size, as a vector."""
    bounds = [constant(f"{name}{i}", [n]) for i, n in enumerate((at, at + 1, 1))]
    size = Tensor(name, (1,), "int32")
    return Op("STRIDED_SLICE", [shape, *bounds], [size]), size


def flattened_by_product(is_open: bool) -> bytes:
    """The number of features as a product of sizes, joined to the batch."""
    x, y, z = (activation(n, s, is_open) for n, s in (("x", (1, 2, 3)), ("relu", (1, 2, 3)), ("y", (1, 6))))
    if not is_open:
        return build([Op("RELU", [x], [y]), Op("RESHAPE", [y, constant("to", [1, 6])], [z])])
    shape, count, new = (Tensor(n, (k,), "int32") for n, k in (("shape", 3), ("count", 1), ("new", 2)))
    slices, (batch, height, width) = zip(*(one_of(shape, i, f"size{i}") for i in range(3)), strict=True)
    return build(
        [
            Op("RELU", [x], [y]),
            Op("SHAPE", [y], [shape], outType=TENSOR_TYPE["int32"]),
            *slices,
            Op("MUL", [height, width], [count]),
            Op("CONCATENATION", [batch, count], [new], axis=0),
            Op("RESHAPE", [y, new], [z]),
        ]
    )


def _kernel(kind: str, height: int, channels: int) -> tuple[list[Tensor], int]:
    """Weights and bias of a convolution (height, 3), and the channels that it makes."""
    one = kind == "DEPTHWISE_CONV_2D"
    shape = (1, height, 3, channels) if one else (4, height, 3, channels)
    weights = np.random.default_rng(3).integers(-127, 128, shape).astype(np.int8)
    made = channels if one else 4
    bias = Tensor("bias", (made,), "int32", scale=0.0005, data=np.arange(made, dtype=np.int32) * 90)
    return [Tensor("w", shape, scale=0.01, data=weights), bias], made


def blocks(is_open: bool, kind: str = "CONV_2D", size: int = 6, valid: bool = False) -> bytes:
    """A dilated convolution (3, 3) of an image: in blocks that are padded, or as it is with batch 1."""
    constants, made = _kernel(kind, 3, 3)
    x = activation("x", (1, size, 2 * size, 3), is_open)
    around, more = (0 if valid else 2), size % 2  # of dilation 2
    high, wide = size + 2 * around - 4, 2 * size + 2 * around - 4
    y = activation("net/c/B", (1, high, wide, made), is_open, scale=0.2)
    steps = {"strideW": 1, "strideH": 1, "fusedActivationFunction": RELU}
    steps |= {"depthMultiplier": 1} if kind == "DEPTHWISE_CONV_2D" else {}
    if not is_open:
        steps |= {"dilationWFactor": 2, "dilationHFactor": 2, "padding": VALID if valid else SAME}
        return build([Op(kind, [x, *constants], [y], **steps)])
    small = [(n + 2 * around + more_ - 4) // 2 for n, more_ in ((size, more), (2 * size, 0))]
    a = activation("net/c/S", (4, small[0] + 2, small[1] + 2, 3), True)
    b = activation("net/c/C", (4, *small, made), True, scale=0.2)
    pads = constant("pads", [[around, around + more], [around, around]])
    block, crops = constant("block", [2, 2]), constant("crops", [[0, more], [0, 0]])
    return build(
        [
            Op("SPACE_TO_BATCH_ND", [x, block, pads], [a]),
            Op(kind, [a, *constants], [b], padding=VALID, **steps),
            Op("BATCH_TO_SPACE_ND", [b, block, crops], [y]),
        ]
    )


def blocks_of_time(is_open: bool, time: int = 9) -> bytes:
    """Conv1D with dilation 2 and padding "same" of an odd length, then what flattens it."""
    constants, made = _kernel("CONV_2D", 1, 3)
    x = activation("x", (1, time, 3), is_open)
    y = activation("y", (1, time, made), is_open, scale=0.2)
    z = activation("z", (1, time * made), is_open, scale=0.2)
    steps = {"strideW": 1, "strideH": 1}
    if not is_open:
        a, b = (
            activation("a", (1, 1, time, 3), False),
            activation("b", (1, 1, time, made), False, scale=0.2),
        )
        ops = [
            Op("EXPAND_DIMS", [x, constant("axis", -3)], [a]),
            Op("CONV_2D", [a, *constants], [b], padding=SAME, dilationWFactor=2, **steps),
            Op("RESHAPE", [b, constant("shape", [-1, time, made])], [y]),
        ]
    else:
        small = (time + 1) // 2
        a = activation("net/c/E", (2, 1, small + 2, 3), True)
        s = activation("net/c/S", (2, small + 2, 3), True)
        b, q = (
            activation("net/c/C", (2, 1, small, made), True, scale=0.2),
            activation("net/c/Q", (2, small, made), True, scale=0.2),
        )
        block = constant("block", [2])
        ops = [
            Op("SPACE_TO_BATCH_ND", [x, block, constant("pads", [[2, 3]])], [s]),
            Op("EXPAND_DIMS", [s, constant("axis", -3)], [a]),
            Op("CONV_2D", [a, *constants], [b], padding=VALID, **steps),
            Op("RESHAPE", [b, constant("shape", [-1, small, made])], [q]),
            Op("BATCH_TO_SPACE_ND", [q, block, constant("crops", [[0, 1]])], [y]),
        ]
    return build([*ops, Op("RESHAPE", [y, constant("flatten", [-1, time * made])], [z])])


MODELS = {
    "dilated": dilated,
    "flattened": flattened,
    "upsampled": upsampled,
    "flattened_by_product": flattened_by_product,
}
# Dilated convolutions in blocks that are padded with another zero point than 0: TFLM cannot compute them so.
BLOCKS = {
    "image": blocks,
    "odd": lambda is_open: blocks(is_open, size=7),
    "valid": lambda is_open: blocks(is_open, size=7, valid=True),
    "depthwise": lambda is_open: blocks(is_open, "DEPTHWISE_CONV_2D"),
    "time": blocks_of_time,
}
