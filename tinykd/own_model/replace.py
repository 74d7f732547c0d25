"""Activations that ReLU takes the place of where ``[student] replace`` asks for it, and those that must go.

That is another function: the teacher, which is the model as it was, trains the student to answer as before.
"""

from collections.abc import Collection

from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind

_NO_INT8 = ("gelu",)  # neither tfmot nor TFLM has them


def replace_activations(network: LayerNetwork, names: Collection[str]) -> int:
    """How many were replaced."""
    count = 0
    for node in list(network.nodes):
        name = _name(node)
        if name in names:
            node.kind, node.options = NodeKind.RELU, {"limit": None}
            count += 1
    network.drop_unused()
    return count


def _name(node: LayerNode) -> str | None:
    match node.kind:
        case NodeKind.RELU:
            return "relu6" if node.options["limit"] == 6.0 else None
        case NodeKind.HARD_SWISH:
            return "hard_swish"
        case NodeKind.ACTIVATION:
            return str(node.options["name"])
    return None


def without_form(network: LayerNetwork, replaced: Collection[str]) -> list[str]:
    """A line for each activation that has no int8 form and is not replaced."""
    nodes = network.of_kind(NodeKind.ACTIVATION)
    left = [n for n in nodes if n.options["name"] in _NO_INT8 and n.options["name"] not in replaced]
    return [
        f"layer {n.name}: activation {n.options['name']} has no int8 form. "
        f'Say [student] replace = ["{n.options["name"]}"]: ReLU takes its place, and is trained to'
        for n in left
    ]
