"""``fleet``: boards, models and runtimes, proven on whatever is connected, and held against earlier runs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.fleet.record import CellRecord

EXIT_FAULT = 2


@verb("fleet", "A model that you have", "Nothing of this run is kept")
def fleet(
    output: Output,
    file: Annotated[Path, typer.Argument(help="The fleet's TOML: boards, models, runtimes.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder of history.jsonl, fleet.html and junit.xml.",
            show_default="build/fleet beside the file",
        ),
    ] = None,
    commit: Annotated[
        str | None,
        typer.Option("--commit", help="What is tested.", show_default="the CI's, or that of git"),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Take more ticks and memory, or another board, as good from now on."),
    ] = False,
) -> int:
    """Prove models on many boards, and hold them against the last good run.

    Each model in each runtime is built for each board, put on it and compared with TFLM byte by byte, as
    `tinykd prove` does it. A board's power is turned off and on by a program of yours where the file names
    one; what fails is tried again. The exit code is 1 when a byte differs, or when ticks, flash or RAM are
    above the last good run by more than the file allows; 2 when a board could not be asked.

        tinykd fleet boards.toml
        tinykd fleet boards.toml --out results --commit v1.2
        tinykd fleet boards.toml --accept
    """
    from tinykd.fleet import FleetRun, load_fleet, run_fleet
    from tinykd.fleet.history import read_history
    from tinykd.fleet.keep import FleetFiles, commit_of, keep

    asked = load_fleet(file)
    files = FleetFiles(out or file.parent / "build" / "fleet")
    earlier = read_history(files.history)
    with output.reporting(show_skipped=False) as reporter:
        found = run_fleet(asked, FleetRun(earlier, accept), reporter)
    keep(asked, found, earlier, files, commit_of(file.parent) if commit is None else commit[:64])
    _say(output, found, files.page)
    return _exit_code(found)


def _say(output: Output, found: "Sequence[CellRecord]", page: Path) -> None:
    from tinykd.fleet.lines import count_line, faults_of, reasons_of, table_of

    value = {"cells": [each.model_dump(mode="json") for each in found], "page": str(page)}
    output.result(value, [*table_of(found), "", *reasons_of(found), count_line(found), f"Page: {page}"])
    for line in faults_of(found):
        print(line, file=sys.stderr)


def _exit_code(found: "Sequence[CellRecord]") -> int:
    verdicts = {each.verdict for each in found}
    if verdicts & {"differs", "worse"}:
        return EXIT_GATE
    return EXIT_FAULT if "failed" in verdicts else 0
