"""Multiply-accumulates of an op, counted as everyone does: with those that fall on padding."""

from math import prod

from tinykd.graph.ir import Op


def macs(op: Op) -> int:
    """Of one run of ``op``; 0 for what does not multiply and add."""
    weights = op.inputs[1] if len(op.inputs) > 1 else None
    if weights is None or not weights.shape or not op.outputs:
        return 0
    output = op.outputs[0]
    match op.kind:
        case "CONV_2D":  # weights [out, height, width, in]
            return output.elements * prod(weights.shape[1:])
        case "DEPTHWISE_CONV_2D":  # weights [1, height, width, channels]
            return output.elements * prod(weights.shape[1:3])
        case "FULLY_CONNECTED":  # weights [out, in]
            return output.elements * weights.shape[-1]
        case "TRANSPOSE_CONV":  # input 2 is what is convolved
            source = op.inputs[2] if len(op.inputs) > 2 else None
            return source.elements * weights.shape[0] * prod(weights.shape[1:3]) if source else 0
        case _:
            return 0
