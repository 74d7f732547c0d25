"""One cell of a CSV file: a number with a point or a comma, or nothing that was measured."""

import math
import re

import numpy as np
from numpy.typing import NDArray

MISSING = frozenset(("", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "-", "?", "missing"))
_COMMA = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)  # 1,5
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+")  # 1.234,5


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell.casefold() in MISSING


def is_number(cell: str) -> bool:
    """With a decimal point or a decimal comma."""
    return math.isfinite(number_of(pointed(cell)))


def are_whole(values: NDArray[np.float64]) -> bool:
    """Whether all that are numbers are whole ones."""
    return np.array_equal(values, np.rint(values), equal_nan=True)


def pointed(cell: str) -> str:
    """With a decimal point, where a comma or points before it say which."""
    if _THOUSANDS.fullmatch(cell):
        return cell.replace(".", "").replace(",", ".")
    return cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell


def number_of(cell: str) -> float:
    """NaN where there is none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def has_comma(cell: str) -> bool:
    """Whether a cell is a number with a decimal comma."""
    return bool(_COMMA.fullmatch(cell) or _THOUSANDS.fullmatch(cell))
