"""Float models of a few ops, as converters write them."""

import numpy as np

from tests.conformance.builder import RELU, SAME, Op, Tensor, build, constant

RNG = np.random.default_rng(3)


def real(name: str, *shape: int) -> Tensor:
    return Tensor(name, shape, "float32")


def weights(name: str, *shape: int) -> Tensor:
    values = RNG.standard_normal(shape).astype(np.float32)
    return Tensor(name, shape, "float32", data=values)


def dense(last: str = "", values: int = 4, outputs: int = 3, batch: int = 1) -> bytes:
    """x (batch, values) times a matrix that picks the first of its values; then ``last``, if any."""
    matrix = Tensor(
        "net/dense/MatMul", (outputs, values), "float32", data=np.eye(outputs, values, dtype=np.float32)
    )
    bias = Tensor("b", (outputs,), "float32", data=np.zeros(outputs, np.float32))
    x, y = real("x", batch, values), real("net/dense/out", batch, outputs)
    ops = [Op("FULLY_CONNECTED", [x, matrix, bias], [y])]
    if last:
        beta = {"beta": 1.0} if last == "SOFTMAX" else {}
        ops.append(Op(last, [y], [real(f"net/last/{last}", batch, outputs)], **beta))
    return build(ops)


def rewritten() -> bytes:
    """A 1-D convolution as Keras has it converted, and a leaky ReLU: three ops that the quantizer has not."""
    x, wide = real("x", 1, 8, 2), real("net/conv1d/ExpandDims", 1, 1, 8, 2)
    after, flat = real("net/conv1d", 1, 1, 8, 4), real("net/conv1d/Squeeze", 1, 8, 4)
    options = {"padding": SAME, "strideW": 1, "strideH": 1, "fusedActivationFunction": RELU}
    return build(
        [
            Op("EXPAND_DIMS", [x, constant("axis", [1])], [wide]),
            Op("CONV_2D", [wide, weights("w", 4, 1, 3, 2), weights("b", 4)], [after], **options),
            Op("SQUEEZE", [after], [flat], squeezeDims=[1]),
            Op("LEAKY_RELU", [flat], [real("net/leaky", 1, 8, 4)], alpha=0.3),
        ]
    )


def scaled_int8() -> bytes:
    return build([Op("RELU", [Tensor("x", (1, 4), scale=0.1)], [Tensor("y", (1, 4), scale=0.1)])])
