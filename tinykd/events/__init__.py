"""From a model's outputs, one set after another, to events, in the integers of firmware/events."""

from tinykd.events.detect import Event, averages, confidences, detect
from tinykd.events.rules import EventRules, rules_of

__all__ = ["Event", "EventRules", "averages", "confidences", "detect", "rules_of"]
