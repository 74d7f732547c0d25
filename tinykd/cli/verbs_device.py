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
        bool,
        typer.Option("--live", help="Watch what a board hears that listens, or the answers to its samples."),
    ] = False,
    answers: Annotated[
        int | None,
        typer.Option("--answers", min=1, help="With --live: stop after so many.", show_default="Ctrl-C"),
    ] = None,
    sensor_file: Annotated[
        Path | None,
        typer.Option(
            "--sensor-file", help="With --live: what a virtual sensor measures: a .wav or .csv file."
        ),
    ] = None,
) -> None:
    """Talk to the firmware: type help, info, test, bench, infer 3 or mem. Ctrl-C ends it.

    Where the model takes texts, any other line is answered: what it means, how probable that is, the time.

    With --port no project is needed. An emulated board is started with the firmware that was built.

        tinykd monitor --board qemu-microbit
        tinykd monitor --port /dev/ttyACM0
        tinykd monitor --board host --send info --send test
        tinykd monitor --board host --send "turn on the light"
        tinykd monitor --board host --live
        tinykd monitor --port /dev/ttyACM0 --live
        tinykd monitor --board host --live --sensor-file long.wav
    """
    from tinykd.link.boards_lock import held

    if live and send:
        raise ConfigError("--live", "given together with --send", "one of the two", "Leave one of them out")
    if sensor_file and not live:
        raise ConfigError("--sensor-file", "given without --live", "both", "Add --live")
    if live and port is None and not sensor_file:
        _check_samples(project)
    with (
        _opened(output, project, board, port) as (url, settings),
        held(url, "tinykd monitor"),
    ):
        if live:
            from tinykd.cli.live_board import watch

            if _listens(url, settings, project, sensor_file, answers):
                return
            watch(url, settings, answers)
            return
        from tinykd.cli.terminal import talk

        talk(url, settings, send)


def _listens(
    url: str, settings: "PortSettings", project: Path, sensor_file: Path | None, answers: int | None
) -> bool:
    """Watches what the board hears; False where its firmware does not listen, or its sensor has no file."""
    from tinykd.cli.live_listening import ListeningView, watch_listening
    from tinykd.errors import LinkError
    from tinykd.link.device import Device
    from tinykd.link.heard_stream import ListenOptions
    from tinykd.recording.virtual import read_virtual

    played = read_virtual(sensor_file, None) if sensor_file else None
    with Device.open(url, settings.baud, dtr=settings.dtr, rts=settings.rts) as device:
        try:
            sensor = device.sensor()
            if sensor.is_fed and played is None:
                return False
            options = ListenOptions(rows=True)
            if played:
                fed = played.source
                options = ListenOptions(fed, played.signal.scale, fed.rate_millihz, rows=True)
            stream = device.listen(sensor, options)
        except LinkError:
            if played:
                raise
            return False
        rate_hz = stream.listening.rate_millihz / 1000
        watch_listening(stream, ListeningView(_classes(project), stream.tick_hz, rate_hz), answers)
        device.stop_stream()
    return True


def _classes(project: Path) -> tuple[str, ...]:
    """Names of the classes, where a project with a finished model is there."""
    import json

    path = (project if project.is_dir() else project.parent) / "build/model/quantize/features.json"
    try:
        return tuple(map(str, json.loads(path.read_text(encoding="utf-8")).get("classes", ())))
    except (OSError, ValueError, AttributeError):
        return ()


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
