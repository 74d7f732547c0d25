"""A network's nodes as QAT wants them: activations at their convolutions, swish as one, logits at the end.

Every step gives the same numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tinykd.own_model.affine import fold_affine
from tinykd.own_model.nodes import ELEMENTWISE, RECURRENT_KINDS, LayerNetwork, LayerNode, NodeKind, size

Finish = Callable[[LayerNetwork], None]


class OutputEnd(Enum):
    """What a model's last layer made of its logits; it is left out, the largest logit names the class."""

    NOTHING = ""
    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"


@dataclass(frozen=True)
class Rewritten:
    """``end``: what was taken off the end; ``shared``: bytes that weights of shared layers take once more."""

    end: OutputEnd
    shared: int


def rewrite(network: LayerNetwork, classes: bool, finish: Finish) -> Rewritten:
    """In place; ``classes``: the answers are scores of classes; ``finish`` adds to the end what is wanted."""
    shared = _twice(network)
    end = _without_end(network) if classes else OutputEnd.NOTHING
    finish(network)
    _together(network)
    fold_affine(network)
    _dense_in_a_row(network)
    _last_steps(network)
    _reshapes(network)
    network.drop_unused()
    return Rewritten(end, shared)


def _twice(network: LayerNetwork) -> int:
    """int8 bytes of kernels that stand in the network before."""
    seen: set[bytes] = set()
    again = 0
    for node in network.nodes:
        kernel = node.weights.get("kernel")
        if kernel is not None and kernel.size > 1:
            key = kernel.tobytes()
            again += kernel.size if key in seen else 0
            seen.add(key)
    return again


def _without_end(network: LayerNetwork) -> OutputEnd:
    last = network.writer(network.answer)
    while last is not None and last.kind is NodeKind.RESHAPE:
        last = network.writer(last.inputs[0])
    if last is None:
        return OutputEnd.NOTHING
    if last.kind is NodeKind.SOFTMAX:
        network.remove(last)
        return OutputEnd.SOFTMAX
    if last.kind is NodeKind.ACTIVATION and last.options["name"] == "sigmoid":
        network.remove(last)
        return OutputEnd.SIGMOID
    return OutputEnd.NOTHING


def join_swish(network: LayerNetwork) -> None:
    """x * sigmoid(x) as one activation."""
    for node in network.of_kind(NodeKind.MULTIPLY):
        for x, gate in (node.inputs, node.inputs[::-1]):
            before = network.writer(gate)
            if before is not None and _is_sigmoid(before) and before.inputs == [x]:
                node.kind, node.inputs, node.options = NodeKind.ACTIVATION, [x], {"name": "swish"}
                break
    network.drop_unused()


def _is_sigmoid(node: LayerNode) -> bool:
    return node.kind is NodeKind.ACTIVATION and node.options["name"] == "sigmoid"


def _together(network: LayerNetwork) -> None:
    """Elementwise nodes in front of the reshapes that part them from their convolution."""
    moved = True
    while moved:
        moved = any(_swapped(network, node) for node in network.of_kind(NodeKind.RESHAPE))


def _swapped(network: LayerNetwork, reshape: LayerNode) -> bool:
    """f(reshape(x)) = reshape(f(x)), where f is of each number, or of each channel and these stay."""
    readers = network.readers(reshape.output)
    if len(readers) != 1 or reshape.output == network.answer:
        return False
    if readers[0].kind is NodeKind.ADD:
        return _added_before(network, readers[0])
    if readers[0].kind not in ELEMENTWISE:
        return False
    after, (x,) = readers[0], reshape.inputs
    before, behind = network.shapes[x], network.shapes[reshape.output]
    if after.kind is NodeKind.AFFINE and before[-1:] != behind[-1:]:
        return False
    network.nodes.remove(after)
    network.nodes.insert(network.nodes.index(reshape), after)
    after.inputs, after.output, reshape.output = [x], network.new_value(before), after.output
    reshape.inputs = [after.output]
    return True


def _added_before(network: LayerNetwork, add: LayerNode) -> bool:
    """The sum of two reshapes, of values of one shape, as the reshape of their sum."""
    parts = [network.writer(value) for value in add.inputs]
    inner = [part.inputs[0] for part in parts if part is not None and part.kind is NodeKind.RESHAPE]
    shapes = {network.shapes[value] for value in inner}
    if len(inner) != len(parts) or len(shapes) != 1 or not all(map(network.is_private, add.inputs)):
        return False
    after = LayerNode(NodeKind.RESHAPE, f"{add.name}_shape", [network.new_value(shapes.pop())], add.output)
    add.inputs, add.output = inner, after.inputs[0]
    network.insert_after(add, after)
    network.drop_unused()
    return True


def _dense_in_a_row(network: LayerNetwork) -> None:
    """(x A + a) B + b = x (A B) + (a B + b)."""
    for node in network.of_kind(NodeKind.DENSE):
        before = network.writer(node.inputs[0])
        if before is None or before.kind is not NodeKind.DENSE or not network.is_private(before.output):
            continue
        kernel, bias = node.weights["kernel"], node.weights["bias"]
        node.weights = {
            "kernel": before.weights["kernel"] @ kernel,
            "bias": before.weights["bias"] @ kernel + bias,
        }
        network.nodes.remove(before)
        node.inputs, node.name = list(before.inputs), before.name


def _reshapes(network: LayerNetwork) -> None:
    """Of several in a row the last alone, and none that changes nothing."""
    for node in network.of_kind(NodeKind.RESHAPE):
        before = network.writer(node.inputs[0])
        if before is not None and before.kind is NodeKind.RESHAPE:
            node.inputs = list(before.inputs)
    for node in network.of_kind(NodeKind.RESHAPE):
        if network.shapes[node.inputs[0]] == network.shapes[node.output] and node.output != node.inputs[0]:
            network.remove(node)
    network.drop_unused()


def _last_steps(network: LayerNetwork) -> None:
    """Of recurrent layers whose last step alone is read, that one."""
    for node in network.of_kind(*RECURRENT_KINDS):
        crop, (steps, *units) = _cropped(network, node), network.shapes[node.output]
        if crop is None or not node.options["sequences"] or size(network.shapes[crop.output]) != units[0]:
            continue
        if crop.options["amounts"] == ((steps - 1, 0), (0, 0)):
            node.options["sequences"], network.shapes[node.output] = False, tuple(units)
            crop.kind, crop.options, crop.inputs = NodeKind.RESHAPE, {}, [node.output]
    network.drop_unused()


def _cropped(network: LayerNetwork, node: LayerNode) -> LayerNode | None:
    """The cropping that alone reads ``node``, as pixels."""
    while network.is_private(node.output):
        (reader,) = network.readers(node.output)
        if reader.kind is NodeKind.CROP:
            return reader
        if reader.kind is not NodeKind.RESHAPE:
            return None
        node = reader
    return None
