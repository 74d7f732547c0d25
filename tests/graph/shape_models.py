"""Models as converters write them for a batch of None, and the same with batch 1.

In an open file every activation's first size is open, and where an op makes more of the batch it says 1 all
the same; other shapes are computed at run time, by SHAPE, STRIDED_SLICE and PACK.
"""

import numpy as np

from tests.conformance.builder import RELU, TENSOR_TYPE, VALID, Op, Tensor, build, constant


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


MODELS = {
    "dilated": dilated,
    "flattened": flattened,
    "upsampled": upsampled,
    "flattened_by_product": flattened_by_product,
}
