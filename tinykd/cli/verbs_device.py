"""``monitor`` and ``profile``: a board that runs the firmware, looked at from outside."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.options import HERE, BoardOption, PortOption, ProjectArgument
from tinykd.cli.output import Output

PANEL = "Boards and this machine"


@verb("monitor", PANEL)
def monitor(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardOption = None,
    port: PortOption = None,
    send: Annotated[
        list[str] | None, typer.Option("--send", help="Send this line and wait for the answer.")
    ] = None,
) -> None:
    """Talk to the firmware: type help, info, test or bench. Ctrl-C ends it.

    With --port no project is needed. An emulated board is started with the firmware that was built.

        tinykd monitor --board qemu-microbit
        tinykd monitor --port /dev/ttyACM0
        tinykd monitor --board host --send info --send test
    """
    from tinykd.cli.terminal import talk
    from tinykd.stages.device import running_board

    with running_board(project, board, port, output.reporter(show_skipped=False)) as (url, settings):
        talk(url, settings, send)


@verb("profile", PANEL)
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
    from tinykd.cli.results import profile_table
    from tinykd.stages.device import profile_layers

    result = profile_layers(project, board, port, output.reporter(show_skipped=False))
    header, cells = profile_table(result)
    if picture:
        from tinykd.report.plots import plot_profile

        plot_profile(result.rows, picture, result.unit)
    value = {"board": result.board, "unit": result.unit, "layers": result.rows}
    output.table(value, header, cells)
