"""The history of a fleet as one HTML page: the last run as a table, and each cell over runs."""

from collections.abc import Sequence
from typing import NamedTuple

from tinykd.fleet.charts import cell_charts
from tinykd.fleet.lines import count_line
from tinykd.fleet.record import CellRecord, RunRecord
from tinykd.report.drawing import PALETTE, Drawing
from tinykd.report.page import environment

SHOWN_RUNS = 60  # the newest


class CellView(NamedTuple):
    """A cell of the last run, and its figures over runs."""

    record: CellRecord
    charts: list[Drawing]


class RunView(NamedTuple):
    """A run in the table of runs: how many cells were good."""

    run: RunRecord
    good: int


def render_fleet(name: str, runs: Sequence[RunRecord]) -> str:
    """The whole page of at least one run; ``name``: the fleet's file."""
    shown = list(runs[-SHOWN_RUNS:])
    last = shown[-1]
    return environment().get_template("fleet.html.j2").render(
        name=name,
        palette=PALETTE,
        last=last,
        is_good=all(each.verdict == "good" for each in last.cells),
        count_line=count_line(last.cells),
        cells=[CellView(each, cell_charts(shown, each.key)) for each in last.cells],
        runs=[RunView(run, sum(each.verdict == "good" for each in run.cells)) for run in reversed(shown)],
        of=len(runs),
    )  # fmt: skip
