"""What makes objects of a project's model: the grid of its data, the thresholds that validation chose."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinykd.data.dataset import Dataset
    from tinykd.objects.rules import ObjectRules


def object_rules(data: "Dataset", features: dict[str, Any], model: bytes) -> "ObjectRules | None":
    """``features``: features.json; None where the task is no detection."""
    if data.grid is None:
        return None
    from tinykd.graph.reader import read_graph
    from tinykd.objects.rules import ObjectRules

    output = read_graph(model).main.outputs[0]
    return ObjectRules.of(data.classes, data.grid, features["objects"], (output.scale, output.zero_point))
