"""Why a board's outputs differ: the first layer that does, what it looks like, what it comes from."""

from tinykd.diff.find import Difference, find_difference
from tinykd.diff.pattern import Pattern, What, Where

__all__ = ["Difference", "Pattern", "What", "Where", "find_difference"]
