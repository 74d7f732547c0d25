"""x * scale + offset of each channel, taken into the layers around it wherever that is exact.

That is what Rescaling, Normalization, BatchNormalization after anything else than a convolution, and the
range that a model takes its samples in come to. What nothing can take becomes a 1 x 1 depthwise convolution,
which is exact too and costs a multiplication for each value.
"""

import numpy as np

from tinykd.own_model.nodes import LINEAR, RECURRENT_KINDS, LayerNetwork, LayerNode, NodeKind, Real

_NEAR = 1e-6  # of 1 and 0: what rounding leaves of a range that a model takes back


def fold_affine(network: LayerNetwork) -> None:
    """Every affine node into the layer before it, else into those behind it, else a layer of its own."""
    _merge(network)
    for node in network.of_kind(NodeKind.AFFINE):
        _past_reshapes(network, node)
        _fold(network, node)


def _past_reshapes(network: LayerNetwork, node: LayerNode) -> None:
    """``node`` behind the reshapes that it stands before, to whom can take it; channels must stay."""
    while True:
        readers = network.readers(node.output)
        if len(readers) != 1 or readers[0].kind is not NodeKind.RESHAPE or node.output == network.answer:
            return
        reshape, shapes = readers[0], network.shapes
        if shapes[reshape.output][-1] != shapes[node.output][-1] or reshape.output == network.answer:
            return
        reshape.inputs, node.inputs = list(node.inputs), [reshape.output]
        node.output = network.new_value(shapes[reshape.output])
        for reader in network.readers(reshape.output):
            if reader is not node:
                reader.inputs = [node.output if v == reshape.output else v for v in reader.inputs]
        network.nodes.remove(node)
        network.insert_after(reshape, node)


def _merge(network: LayerNetwork) -> None:
    """Neighbours into one; those that change nothing go."""
    for node in network.of_kind(NodeKind.AFFINE):
        before = network.writer(node.inputs[0])
        if before is not None and before.kind is NodeKind.AFFINE and network.is_private(before.output):
            node.weights = {
                "scale": before.weights["scale"] * node.weights["scale"],
                "offset": before.weights["offset"] * node.weights["scale"] + node.weights["offset"],
            }
            network.remove(before)
    for node in network.of_kind(NodeKind.AFFINE):
        if _is_nothing(node):
            network.remove(node)


def _is_nothing(node: LayerNode) -> bool:
    scale, offset = node.weights["scale"], node.weights["offset"]
    return bool((np.abs(scale - 1) <= _NEAR).all() and (np.abs(offset) <= _NEAR).all())


def _fold(network: LayerNetwork, node: LayerNode) -> None:
    before = network.writer(node.inputs[0])
    if before is not None and before.kind in LINEAR and network.is_private(before.output):
        _scale_outputs(before, node.weights["scale"], node.weights["offset"])
        network.remove(node)
        return
    readers = network.readers(node.output)
    if readers and node.output != network.answer and all(_takes(each, node) for each in readers):
        for each in readers:
            _scale_inputs(each, node.weights["scale"], node.weights["offset"])
        network.remove(node)
        return
    _own_layer(network, node)


def _takes(reader: LayerNode, node: LayerNode) -> bool:
    """Whether ``reader`` can take ``node`` exactly: an offset is not what padding adds."""
    if reader.kind in RECURRENT_KINDS:
        return True
    if reader.kind not in LINEAR or reader.kind is NodeKind.DECONV:
        return False
    pads = reader.options.get("padding") == "same" and reader.weights["kernel"].shape[:2] != (1, 1)
    return not pads or not node.weights["offset"].any()


def _scale_outputs(layer: LayerNode, scale: Real, offset: Real) -> None:
    kernel = layer.weights["kernel"]
    match layer.kind:
        case NodeKind.DEPTHWISE:
            by_channel = scale.reshape(1, 1, *kernel.shape[2:])
        case NodeKind.DECONV:
            by_channel = scale[:, None]
        case _:
            by_channel = scale
    layer.weights = {
        "kernel": np.asarray(kernel * by_channel, np.float32),
        "bias": np.asarray(layer.weights["bias"] * scale + offset, np.float32),
    }


def _scale_inputs(layer: LayerNode, scale: Real, offset: Real) -> None:
    """layer(x * scale + offset), a sum over the kernel's inputs; groups share none."""
    kernel, bias = layer.weights["kernel"], layer.weights["bias"]
    if layer.kind in RECURRENT_KINDS:
        layer.weights = _scaled_gates(layer, scale, offset)
        return
    if layer.kind is NodeKind.DEPTHWISE:
        moved = (kernel * offset[:, None]).sum((0, 1), np.float64).reshape(-1)
        wider = scale[:, None]
    else:
        wide = [_inputs_of_groups(each, kernel) for each in (offset, scale)]
        moved = (kernel * wide[0]).reshape(-1, kernel.shape[-1]).sum(0, np.float64)
        wider = wide[1]
    layer.weights = {
        "kernel": np.asarray(kernel * wider, np.float32),
        "bias": np.asarray(bias + moved, np.float32),
    }


def _scaled_gates(layer: LayerNode, scale: Real, offset: Real) -> dict[str, Real]:
    """Of a recurrent layer; a GRU has a bias of its inputs, then one of its state."""
    kernel, bias = layer.weights["kernel"], np.array(layer.weights["bias"])
    of_input = bias[0] if bias.ndim == 2 else bias
    of_input += np.asarray(offset @ kernel, np.float32)
    return layer.weights | {"kernel": np.asarray(kernel * scale[:, None], np.float32), "bias": bias}


def _inputs_of_groups(values: Real, kernel: Real) -> Real:
    """(in, out) of ``values`` (channels,): what each output of a convolution reads."""
    depth, units = kernel.shape[-2:]
    groups = len(values) // depth
    return np.repeat(values.reshape(groups, depth), units // groups, axis=0).T


def _own_layer(network: LayerNetwork, node: LayerNode) -> None:
    """The 1 x 1 depthwise convolution, on pixels."""
    shape = network.shapes[node.output]
    node.kind = NodeKind.DEPTHWISE
    node.options = {"padding": "valid", "strides": (1, 1), "dilation": (1, 1), "affine": True}
    kernel = node.weights["scale"].reshape(1, 1, -1, 1)
    node.weights = {"kernel": kernel, "bias": node.weights["offset"]}
    if len(shape) == 3:
        return
    pixels = (1, 1, *shape) if len(shape) == 1 else (shape[0], 1, shape[1])
    given, answer = network.new_value(pixels), node.output
    before = LayerNode(NodeKind.RESHAPE, f"{node.name}_pixels", list(node.inputs), given)
    after = LayerNode(NodeKind.RESHAPE, f"{node.name}_values", [network.new_value(pixels)], answer)
    network.nodes.insert(network.nodes.index(node), before)
    node.inputs, node.output = [given], after.inputs[0]
    network.insert_after(node, after)
