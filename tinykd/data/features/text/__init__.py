"""From a text to the ids that a model takes: the same bytes on host and device, step by step."""

from tinykd.data.features.text.features import TextFeatures

__all__ = ["TextFeatures"]
