"""``monitor`` and ``profile``: a board that runs the firmware, looked at from outside."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.options import HERE, BoardOption, PortOption, ProjectArgument
from tinykd.cli.output import Output
from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.link.transport import PortSettings

PANEL = "Boards and this machine"


@verb("monitor", PANEL, "The monitor ended; a board that is plugged in runs on")
def monitor(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardOption = None,
    port: PortOption = None,
    send: Annotated[
        list[str] | None, typer.Option("--send", help="Send this line and wait for the answer.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Watch the samples' classes, latency and memory as they come.")
    ] = False,
    answers: Annotated[
        int | None,
        typer.Option("--answers", min=1, help="With --live: stop after so many.", show_default="Ctrl-C"),
    ] = None,
) -> None:
    """Talk to the firmware: type help, info, test, bench, infer 3 or mem. Ctrl-C ends it.

    With --port no project is needed. An emulated board is started with the firmware that was built.

        tinykd monitor --board qemu-microbit
        tinykd monitor --port /dev/ttyACM0
        tinykd monitor --board host --send info --send test
        tinykd monitor --board host --live
    """
    from tinykd.link.boards_lock import held

    if live and send:
        raise ConfigError("--live", "given together with --send", "one of the two", "Leave one of them out")
    if live and port is None:
        _check_samples(project)
    with (
        _opened(output, project, board, port) as (url, settings),
        held(url, "tinykd monitor"),
    ):
        if live:
            from tinykd.cli.live_board import watch

            watch(url, settings, answers)
            return
        from tinykd.cli.terminal import talk

        talk(url, settings, send)


def _check_samples(project: Path) -> None:
    """The live view asks for the firmware's samples: a regression's carries none."""
    from tinykd.project.load import load_project

    if load_project(project).project.task == "regression":
        found = "the firmware of a regression carries no samples"
        fix = "Leave it out and type bench or mem, or print values in on_result() of src/app.cpp"
        raise ConfigError("--live", found, "a task with classes or anomalies", fix)


@contextmanager
def _opened(
    output: Output, project: Path, board: str | None, port: str | None
) -> "Iterator[tuple[str, PortSettings]]":
    """A URL to talk to; the terminal is free of bars by then."""
    from tinykd.pipeline.project_board import running_board

    with ExitStack() as stack:
        with output.reporting(show_skipped=False) as reporter:
            found = stack.enter_context(running_board(project, board, port, reporter))
        yield found


@verb("profile", PANEL, "Finished stages are kept; a profile is counted anew")
def profile(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardOption = None,
    port: PortOption = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw it: a .svg or .png file.")] = None,
) -> None:
    """Ticks per layer, counted on the board for one test sample.

    tinykd profile --board qemu-netduinoplus2
    tinykd profile --board qemu-netduinoplus2 --picture profile.svg
    """
    from tinykd.display.profile import profile_table
    from tinykd.pipeline.project_board import profile_layers

    with output.working("profile") as reporter:
        result = profile_layers(project, board, port, reporter)
    header, cells = profile_table(result)
    if picture:
        from tinykd.report.plots import plot_profile

        plot_profile(result.rows, picture, result.unit)
    value = {"board": result.board, "unit": result.unit, "layers": result.rows}
    output.table(value, header, cells)
