"""``inspect`` and ``compile``: a ``.tflite`` from anywhere, without a project and without TensorFlow."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import verb
from tinykd.cli.output import Output

PANEL = "A model that you have"
ModelArgument = Annotated[Path, typer.Argument(help="A full-int8 .tflite file.")]
OptimizeOption = Annotated[str, typer.Option("--optimize", help="speed, balanced or size.")]


@verb("inspect", PANEL)
def inspect(
    output: Output,
    model: ModelArgument,
    board: Annotated[str, typer.Option("--board", "-b", help="Choose kernels for this board.")] = "host",
    optimize: OptimizeOption = "balanced",
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Draw the memory plan: a .svg or .png file.")
    ] = None,
) -> None:
    """What is in a model: ops, shapes, MACs, weights, quantization, memory plan, and the boards that it fits.

    tinykd inspect model.tflite
    tinykd inspect model.tflite --board nucleo_f446re --plan memory.svg
    """
    from tinykd.cli.inspection import inspection_lines, inspection_value, quantization_of
    from tinykd.cli.model_file import compile_file, read_model
    from tinykd.graph.reader import read_graph

    program = compile_file(model, board, optimize)
    summary = {**program.summary(), "quantization": quantization_of(read_graph(read_model(model)))}
    lines = inspection_lines(model, summary)
    if plan:
        from tinykd.report.plots import plot_memory_plan

        plot_memory_plan(summary, plan)
        lines.append(f"Memory plan: {plan}")
    output.result(inspection_value(summary), lines)


@verb("compile", PANEL)
def compile_model(
    output: Output,
    model: ModelArgument,
    board: Annotated[str, typer.Option("--board", "-b", help="Any name from `tinykd boards`.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; made if it is not there.")
    ] = Path("firmware"),
    name: Annotated[
        str | None, typer.Option("--name", help="Stem of the C names; default: the file's.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="Text file with one class per line.")
    ] = None,
    optimize: OptimizeOption = "balanced",
) -> None:
    """Compile a model to C99 with the firmware around it, ready for `make`.

    tinykd compile model.tflite --board nucleo_f446re -o firmware
    make -C firmware
    """
    from tinykd.boards import load_board
    from tinykd.cli.model_file import compile_file, read_labels
    from tinykd.files import write_if_changed
    from tinykd.firmware_project import firmware_files
    from tinykd.stages.failures import told_as_user_errors

    names = read_labels(labels) if labels else None
    program = compile_file(model, board, optimize, name, names)
    known = load_board(board)
    files = firmware_files(program, known, None, names)
    with told_as_user_errors(out):
        written = [path for path, data in sorted(files.items()) if write_if_changed(out / path, data)]
    summary = program.summary()
    sizes = f"arena {summary['arena_bytes']:,} B, weights {summary['weights_bytes']:,} B"
    build = f"pio run -d {out}" if known.platformio else f"make -C {out}"
    lines = [f"{out}/: {len(files)} files, {len(written)} of them written; {sizes}", f"Type `{build}`."]
    output.result({"out": str(out), "files": sorted(files), "written": written, "program": summary}, lines)
