"""A study as one HTML page: the front by each cost, the table, importance, what each limit refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tinykd.report.drawing import PALETTE
from tinykd.report.page import environment
from tinykd.search.charts import BoardLine, front_chart, importance_chart
from tinykd.search.goals import UNITS
from tinykd.search.outcome import SearchOutcome, TrialRow

if TYPE_CHECKING:
    from tinykd.boards import Board

_ORDER = ("instructions", "ms", "flash_bytes", "ram_bytes", "macs")
_ENDED = 200  # rows of the table of all trials


class FrontRow(NamedTuple):
    """A student of the front, and texts of its costs."""

    row: TrialRow
    costs: tuple[str, ...]


class LimitRow(NamedTuple):
    """Texts of one limit."""

    name: str
    limit: str
    refused: str
    alone: str
    taken: str
    half: str


def render_search(project: str, outcome: SearchOutcome, boards: Sequence["Board"] = ()) -> str:
    """The whole page; ``boards``: whose memory is drawn in."""
    costs = [name for name in _ORDER if any(name in row.costs for row in outcome.front)]
    shown = [name for name in costs if name in outcome.goals.costs or name in outcome.goals.limits]
    charts = [front_chart(outcome, name, _lines_of(boards, name)) for name in shown or costs[:1]]
    return environment().get_template("search.html.j2").render(
        project=project,
        palette=PALETTE,
        quality=UNITS[outcome.goals.quality],
        outcome=outcome,
        costs=costs,
        front=[_front_row(row, costs) for row in outcome.front],
        units=UNITS,
        charts=[chart for chart in charts if chart],
        importance=importance_chart(outcome.importance),
        limits=[_limit(outcome, at) for at in range(len(outcome.limits))],
        others=_others(outcome.rows),
        board=outcome.goals.board,
    )  # fmt: skip


def _front_row(row: TrialRow, costs: Sequence[str]) -> FrontRow:
    texts = tuple(f"{row.costs[name]:,.7g}" if name in row.costs else "" for name in costs)
    return FrontRow(row, texts)


def _lines_of(boards: Sequence["Board"], cost: str) -> list[BoardLine]:
    """Flash and RAM of each."""
    if cost not in ("flash_bytes", "ram_bytes"):
        return []
    return [BoardLine(board.name, float(getattr(board, cost))) for board in boards]


def _others(rows: Sequence[TrialRow]) -> list[TrialRow]:
    """Those that are not on the front, the best first."""
    found = [row for row in rows if not row.on_front]
    return sorted(found, key=lambda row: (-(row.quality or -1.0), row.number))[:_ENDED]


def _limit(outcome: SearchOutcome, at: int) -> LimitRow:
    found = outcome.limits[at]
    half = found.within.get("50 %")
    return LimitRow(
        UNITS[found.name],
        f"{found.limit:,g}",
        str(found.refused),
        str(found.alone),
        f"{100 * found.nearest:.0f} %" if found.nearest is not None else "",
        f"{half:.4f}" if half is not None else "none tried",
    )
