"""``run`` and the stages one by one. Each brings what it needs up to date first, and skips the unchanged.

``flash``, ``verify`` and ``report`` never train: they go on with the finished model.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import (
    HERE,
    BoardsOption,
    BuilderOption,
    DataOption,
    PortOption,
    ProjectArgument,
    ProtocolOption,
    ViaOption,
)
from tinykd.cli.output import Output
from tinykd.errors import ConfigError
from tinykd.pipeline.options import Flashing, RunOptions

PANEL = "The way from teacher to board"
_NEVER_TRAIN = ("flash", "verify", "report")  # they talk to a board, or of one
STOPPED = "Finished stages are kept; type the same again to go on"
ForceOption = Annotated[bool, typer.Option("--force", "-f", help="Run the stage even if nothing changed.")]


@verb("run", PANEL, STOPPED)
def run(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardsOption = None,
    port: PortOption = None,
    builder: BuilderOption = None,
    via: ViaOption = None,
    force: Annotated[
        str | None, typer.Option("--force", "-f", help="A stage to run even if it is unchanged.")
    ] = None,
    data: DataOption = None,
) -> int | None:
    """All stages in order: train, distill, quantize, generate, build, flash, verify, report.

    Skips what is unchanged and goes on where it was stopped. The exit code is 1 when a gate fails.

        tinykd run
        tinykd run examples/digits/tinykd.toml
        tinykd run --board nucleo_f446re --port /dev/ttyACM0
        tinykd run --data ~/recordings
    """
    options = RunOptions(
        boards=tuple(board or ()), flashing=Flashing(port, builder, via), force=force, data=data
    )
    return run_stages(output, project, options)


@verb("train", PANEL, STOPPED)
def train(output: Output, project: ProjectArgument = HERE, force: ForceOption = False) -> int | None:
    """Train or load the teacher, and compute its logits once.

    tinykd train
    """
    return run_stages(output, project, stage_options("train", force))


@verb("distill", PANEL, STOPPED)
def distill(output: Output, project: ProjectArgument = HERE, force: ForceOption = False) -> int | None:
    """Train the student twice: on labels alone (the baseline), and with the teacher (distillation).

    tinykd distill
    """
    return run_stages(output, project, stage_options("distill", force))


@verb("quantize", PANEL, STOPPED)
def quantize(
    output: Output,
    project: Annotated[
        Path,
        typer.Argument(
            help="The project file, or its folder; or a float .tflite file.", show_default="this folder"
        ),
    ] = HERE,
    force: ForceOption = False,
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Of a .tflite: the file to write.", show_default="the model's name, _int8"
        ),
    ] = None,
    pixels: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--pixels",
            help="Of a .tflite: what black and white of images are for it.",
            metavar="BLACK WHITE",
            show_default="0 1",
        ),
    ] = None,
) -> int | None:
    """Fine-tune the student for int8 with the teacher still in the loss, and export model.tflite.

    A float .tflite from elsewhere is made int8 without training: ranges are measured on samples.

        tinykd quantize
        tinykd quantize float.tflite --data samples.npz
        tinykd quantize float.tflite --data photos/ --pixels -1 1 --out int8.tflite
    """
    if project.suffix.lower() == ".tflite":
        from tinykd.cli.quantize_file import quantize_file

        if force:
            wanted = "a project, whose stages it runs again"
            raise ConfigError("--force", f"given with {project}", wanted)
        quantize_file(output, project, data, out, pixels)
        return None
    for option, value in (("--out", out), ("--pixels", pixels)):
        if value is not None:
            raise ConfigError(option, f"given with the project {project}", "a .tflite file to make int8")
    return run_stages(output, project, replace(stage_options("quantize", force), data=data))


@verb("generate", PANEL, STOPPED)
def generate(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardsOption = None,
    layout: Annotated[
        Literal["project", "arduino", "espidf", "zephyr", "cmake", "esphome"],
        typer.Option("--layout", help="For PlatformIO and make, or for another tool."),
    ] = "project",
    force: ForceOption = False,
    protocol: ProtocolOption = None,
) -> int | None:
    """Compile model.tflite to C99 and lay out the firmware project in firmware/BOARD.

    With --layout: a sketch and a library for the Arduino IDE, a component for ESP-IDF, a module for Zephyr,
    a library for CMake, wake words for ESPHome.

        tinykd generate --board qemu-microbit
        tinykd generate --board nano33ble --layout arduino
    """
    if layout == "project":
        options = stage_options("generate", force, board, Flashing(protocol=protocol))
        return run_stages(output, project, options)
    from tinykd.pipeline.layouts import export
    from tinykd.pipeline.run import run

    with output.reporting(show_skipped=False) as reporter:
        done = run(project, RunOptions("generate", tuple(board or ())), reporter)
    made = export(done, layout)
    value = [{"board": e.board, "folder": str(e.folder), "written": e.written} for e in made]
    lines = [f"{e.board}: {e.folder}, {len(e.written)} files written" for e in made]
    output.result(value, lines + [f"{e.board}: {note}" for e in made for note in e.notes])
    return None


@verb("build", PANEL, STOPPED)
def build(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardsOption = None,
    builder: BuilderOption = None,
    force: ForceOption = False,
    protocol: ProtocolOption = None,
) -> int | None:
    """Build the firmware and hold flash, RAM and stack against the board and the gates.

    What is built is the project in firmware/BOARD, with your code in it. --verbose shows all of it.

        tinykd build --board qemu-netduinoplus2
        tinykd build --board qemu-netduinoplus2 --builder pio
    """
    flashing = Flashing(builder=builder, protocol=protocol)
    return run_stages(output, project, stage_options("build", force, board, flashing))


@verb("flash", PANEL, STOPPED)
def flash(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardsOption = None,
    port: PortOption = None,
    builder: BuilderOption = None,
    via: ViaOption = None,
    force: ForceOption = False,
    protocol: ProtocolOption = None,
) -> int | None:
    """Put the firmware on the board, wait until it is back, and see that it answers with the model's hash.

    The port is found by the board's USB id; where several have it, you are asked.

        tinykd flash --board nucleo_f446re
        tinykd flash --board nucleo_f446re --port /dev/ttyACM0 --via stlink
    """
    flashing = Flashing(port, builder, via, protocol)
    return run_stages(output, project, stage_options("flash", force, board, flashing))


@verb("report", PANEL, STOPPED)
def report(
    output: Output,
    project: ProjectArgument = HERE,
    board: BoardsOption = None,
    force: ForceOption = False,
    open_page: Annotated[bool, typer.Option("--open", help="Show report.html in the browser.")] = False,
) -> int | None:
    """Write report.json and report.html from the finished stages.

    tinykd report --open
    """
    code = run_stages(output, project, stage_options("report", force, board))
    if open_page:
        typer.launch(str(_build(project) / "report" / "report.html"))
    return code


def _build(project: Path) -> Path:
    from tinykd.pipeline.run import build_folder

    return build_folder(project)


def stage_options(
    stage: str, force: bool, boards: list[str] | None = None, flashing: Flashing | None = None
) -> RunOptions:
    """The way to ``stage``, as the verb of that name goes it."""
    return RunOptions(
        until=stage,
        boards=tuple(boards or ()),
        flashing=flashing or Flashing(),
        force=stage if force else None,
        trains=stage not in _NEVER_TRAIN,
    )


def run_stages(output: Output, project: Path, options: RunOptions) -> int | None:
    """All stages that are asked for, and what the last one says."""
    from tinykd.cli.results import result_of
    from tinykd.pipeline.run import run

    if options.flashing.port is None and options.until in (None, "flash", "verify"):
        from tinykd.cli.choose_port import choose_port

        port = choose_port(project, options.boards)
        options = replace(options, flashing=replace(options.flashing, port=port))
    with output.reporting() as reporter:
        done = run(project, options, reporter)
    result = result_of(done, options.until or "report")
    output.result(result.value, result.lines)
    return None if result.passed else EXIT_GATE
