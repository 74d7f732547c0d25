"""A run for people: a table, and a line for each cell that is not good."""

from collections.abc import Sequence

from tinykd.fleet.record import CellRecord
from tinykd.text import table_lines

HEADER = ("board", "model", "runtime", "", "exact", "ticks", "flash B", "RAM B", "tries")


def table_of(found: Sequence[CellRecord]) -> list[str]:
    """The table alone."""
    return table_lines(HEADER, [_row(each) for each in found])


def reasons_of(found: Sequence[CellRecord]) -> list[str]:
    """Why cells are not good, a line each."""
    return [
        f"{' '.join(each.key)}: {reason}"
        for each in found
        if each.verdict in ("differs", "worse")
        for reason in each.reasons
    ]


def faults_of(found: Sequence[CellRecord]) -> list[str]:
    """What kept cells from being proven; what a whole board fails at is said once."""
    lines = [reason for each in found if each.verdict == "failed" for reason in each.reasons]
    return list(dict.fromkeys(lines))


def count_line(found: Sequence[CellRecord]) -> str:
    """``4 of 6 cells are good``."""
    good = sum(each.verdict == "good" for each in found)
    return f"{good} of {len(found)} cells are good"


def _row(each: CellRecord) -> tuple[str, ...]:
    figures = each.figures
    if figures is None:
        return (*each.key, each.verdict, "", "", "", "", str(each.attempts))
    ticks = f"{figures.ticks:,.0f} {figures.facts.tick_unit}"
    exact, memory = f"{figures.exact}/{figures.samples}", (figures.flash_bytes, figures.ram_bytes)
    return (*each.key, each.verdict, exact, ticks, *(f"{b:,}" for b in memory), str(each.attempts))
