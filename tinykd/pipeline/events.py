"""``[events]`` of a project with a finished model, as rules in whole numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinykd.events.rules import EventRules
    from tinykd.project.schema import Project


def event_rules(project: "Project", features: Mapping[str, Any], model: bytes) -> "EventRules | None":
    """None without ``[events]``; ``features``: ``features.json`` of ``model``."""
    from tinykd.events.rules import rules_of
    from tinykd.graph.reader import read_graph

    if project.events is None:
        return None
    return rules_of(project.events, features.get("classes"), read_graph(model).main.outputs[0].scale)
