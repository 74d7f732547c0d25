"""``check``: data and teacher looked at before anything is trained."""

from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.options import HERE, DataOption, ProjectArgument
from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.screening.screen import Screened

EXIT_FAULT = 2


@verb("check", "The way from teacher to board", "Nothing was written")
def check(
    output: Output,
    project: ProjectArgument = HERE,
    data: DataOption = None,
    teacher: Annotated[
        bool, typer.Option("--teacher/--no-teacher", help="Ask teachers from files about validation.")
    ] = True,
    page: Annotated[bool, typer.Option("--page", help="Show the page with pictures in the browser.")] = False,
) -> int:
    """Look at the data and the teacher, in seconds, before anything is trained.

    What is found: files that cannot be read, nearly equal samples in two splits, labels that stand alone,
    columns that count or give the label away, silent and clipped sounds, a teacher with another input
    range or order of classes, and what a simple model gets right on the same split. A page shows the
    samples.
    The exit code is 2 where something must be mended first.

        tinykd check
        tinykd check --data ~/photos --page
        tinykd check --json
    """
    from tinykd.pipeline.screening import run_screening

    with output.working("check") as reporter:
        found = run_screening(project, data, teacher, reporter)
    value = {**found.screened.to_json(), "page": str(found.page)}
    output.result(value, [*_lines(found.screened), f"Page: {found.page}"])
    if page:
        typer.launch(str(found.page))
    return EXIT_FAULT if found.screened.faults else 0


def _lines(screened: "Screened") -> list[str]:
    from tinykd.display.screening import screening_lines

    return screening_lines(screened)
