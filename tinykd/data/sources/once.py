"""Names that stand twice where each says what a column holds: which of the two is meant nobody knows."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tinykd.errors import DataError, one_line


def check_once(where: str | Path, names: Sequence[str], used: Sequence[str | None]) -> None:
    """Refuse the first name among ``used`` that ``names`` has more than once; None is no name."""
    count = Counter(names)
    twice = next((name for name in used if name is not None and count[name] > 1), None)
    if twice is not None:
        shown = f"column {one_line(twice, 60)}" if twice else "a column without a name"
        raise DataError(where, f"{shown} stands twice", "a name of its own for every one")
