"""``compare``: two runs beside each other."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.output import Output

_RUN = "A project's folder, a report.json, or the start of a kept run's hash."


@verb("compare", "The way from teacher to board")
def compare_runs(
    output: Output,
    first: Annotated[str, typer.Argument(help=_RUN)],
    second: Annotated[str, typer.Argument(help=_RUN, show_default="this project")] = ".",
    kept: Annotated[
        Path, typer.Option("--build", help="Where kept runs are looked for.", show_default="./build")
    ] = Path("build"),
) -> None:
    """Hold two finished runs against each other: rungs with intervals, boards, settings that differ.

    Each `tinykd run` keeps its report in build/runs, in a folder named by its hash.

        tinykd compare ../before
        tinykd compare before after
        tinykd compare 3f2a9c
    """
    from tinykd.display.comparison import comparison_lines
    from tinykd.report.compare import compare
    from tinykd.report.runs import find_run

    found = compare(find_run(first, kept), find_run(second, kept))
    output.result(found.to_json(), comparison_lines(found))
