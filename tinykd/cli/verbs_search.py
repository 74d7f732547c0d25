"""``search``: students under real budgets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.options import HERE, DataOption, ProjectArgument
from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.engine.events import Reporter
    from tinykd.pipeline.search import SearchOptions, SearchRun

STOPPED = "Trials that ended are kept; the same command goes on with them"


@verb("search", "The way from teacher to board", STOPPED)
def search(
    output: Output,
    project: ProjectArgument = HERE,
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, max=64, help="Processes here.")] = 1,
    trials: Annotated[
        int | None,
        typer.Option("--trials", "-n", min=1, help="Of the study in all.", show_default="as \\[search] says"),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", min=0.1, help="No trial begins later.", show_default="any time"),
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            "--storage",
            envvar="TINYKD_STUDY",
            help="Where the study is kept: postgresql://USER@HOST/DATABASE, for many machines.",
            show_default="build/search/study.db",
        ),
    ] = None,
    study: Annotated[
        str | None, typer.Option("--study", help="Its name.", show_default="the project's")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option("--ray", help="Trials as tasks of the Ray cluster at HOST:PORT; with --storage."),
    ] = None,
    take: Annotated[
        int | None, typer.Option("--take", help="Write this trial's student into the project file.")
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="Show the page in the browser.")] = False,
    data: DataOption = None,
) -> None:
    """Search the student that is best within flash, RAM and time: each is counted as the C that would run.

    The teacher is asked once. Candidates are compiled untrained; those that fit are distilled for a short
    while, the promising ones for longer. What was found is a front: nobody on it is beaten in everything.
    Goals, limits and space stand in section search of the project file. Stopped or killed, it goes on where
    it was.

        tinykd search --workers 2
        tinykd search --trials 100
        tinykd search --take 17
        tinykd search --storage postgresql://me@server/studies
    """
    from tinykd.display.search import outcome_lines
    from tinykd.pipeline.search import SearchOptions

    options = SearchOptions(workers, trials, minutes, storage, study, data, ray)
    if take is not None:
        _take(output, project, take, options)
        return
    with output.reporting(show_skipped=False) as reporter:
        found = _search(project, options, reporter)
    value = {**found.outcome.to_json(), "page": str(found.page)}
    output.result(value, [*outcome_lines(found.outcome), f"Page: {found.page}"])
    if page:
        typer.launch(str(found.page))


def _search(project: Path, options: "SearchOptions", reporter: "Reporter") -> "SearchRun":
    from tinykd.display.search import trial_line
    from tinykd.pipeline.search import search

    return search(project, options, reporter, lambda row: reporter.note(trial_line(row)))


def _take(output: Output, project: Path, number: int, options: "SearchOptions") -> None:
    from tinykd.pipeline.search import read_search
    from tinykd.project.edit_keys import toml_value
    from tinykd.project.load import project_file
    from tinykd.search.take import take

    found, file = read_search(project, options), project_file(project)
    row = take(found.outcome, number, file, found.folder)
    keys = {key: toml_value(value) for key, value in row.values.items()}
    lines = [f"Wrote trial {number} into {file}: {row.network}"]
    lines += [f"  {key} = {value}" for key, value in keys.items()]
    lines.append("Type `tinykd run` to train it for as long as [distillation] says, and to prove it.")
    output.result({"trial": number, "file": str(file), "values": row.values}, lines)
