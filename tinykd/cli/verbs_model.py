"""``inspect`` and ``compile``: a ``.tflite`` from anywhere, without a project and without TensorFlow."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import HopOption, IoOption, ProtocolOption, RamOption, RuntimeOption
from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.tflm.program import TflmProgram

PANEL = "A model that you have"
ModelArgument = Annotated[Path, typer.Argument(help="A full-int8 .tflite file.")]
OptimizeOption = Annotated[
    str,
    typer.Option(
        "--optimize", help="speed, balanced, size, or ram: layers by rows where the arena is largest."
    ),
]


@verb("inspect", PANEL)
def inspect(
    output: Output,
    model: ModelArgument,
    board: Annotated[str, typer.Option("--board", "-b", help="Choose kernels for this board.")] = "host",
    optimize: OptimizeOption = "balanced",
    ram: RamOption = None,
    io: IoOption = "integer",
    hop: HopOption = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Draw the memory plan: a .svg or .png file.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare TFLM with LiteRT's reference kernels on random inputs.")
    ] = False,
) -> int:
    """What is in a model: ops, shapes, MACs, weights, quantization, memory plan, and the boards that it fits.

    tinykd inspect model.tflite
    tinykd inspect model.tflite --board nucleo_f446re --plan memory.svg
    tinykd inspect model.tflite --check
    tinykd inspect words.tflite --hop 2
    tinykd inspect model.tflite --board nucleo_f446re --optimize ram
    """
    from tinykd.api.model_file import CompileRequest, compile_file, read_model
    from tinykd.boards import load_board
    from tinykd.boards.psram import psram_offer
    from tinykd.display.inspection import inspection_lines, inspection_value, quantization_of
    from tinykd.firmware_project.board_time import board_time
    from tinykd.graph.reader import read_graph
    from tinykd.oracle.agreement import opinions

    with output.working("compile"):
        request = CompileRequest(board, optimize=optimize, io=io, hop=hop, ram=ram)
        program, data = compile_file(model, request), read_model(model)
    summary = {**program.summary(), "quantization": quantization_of(read_graph(data))}
    time = board_time(summary, load_board(board))
    lines = [*inspection_lines(model, summary), *(f"note: {note}" for note in program.notes)]
    known = load_board(board)
    lines += [f"{board}: {offer}"] if (offer := psram_offer(known, summary["arena_bytes"])) else []
    lines += [f"{board}: {time if isinstance(time, str) else time.text()}"] if board != "host" else []
    if plan:
        from tinykd.report.plots import plot_memory_plan

        plot_memory_plan(summary, plan)
        lines.append(f"Memory plan: {plan}")
    found = None
    if check:
        with output.working("TFLM beside LiteRT") as reporter:
            found = opinions(data, reporter)
    value = inspection_value(summary) | {"time": time if isinstance(time, str) else time.to_json()}
    output.result(
        value | {"litert": found.to_json()} if found else value, lines + (found.lines if found else [])
    )
    return 0 if found is None or found.is_right else EXIT_GATE


@verb("compile", PANEL, "Files that were written are whole; type the same again for the rest")
def compile_model(
    output: Output,
    model: ModelArgument,
    board: Annotated[
        str | None, typer.Option("--board", "-b", help="Choose kernels for this board. See `tinykd boards`.")
    ] = None,
    core: Annotated[
        str | None,
        typer.Option("--core", help="Or for this core; without either: plain C99, for any.", metavar="CORE"),
    ] = None,
    firmware: Annotated[
        bool, typer.Option("--firmware", help="The whole firmware project for the board, not a library.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder to write; made if it is not there.", show_default="the model's name"
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Stem of the C names.", show_default="the file's")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="Text file with one class per line.")
    ] = None,
    optimize: OptimizeOption = "balanced",
    protocol: ProtocolOption = None,
    runtime: RuntimeOption = "static",
    io: IoOption = "integer",
    hop: HopOption = None,
    ram: RamOption = None,
    slot: Annotated[
        bool, typer.Option("--slot", help="With --firmware: `tinykd swap` can change its model later.")
    ] = False,
) -> None:
    """Compile a model to a C99 library with Makefile, CMakeLists.txt and example; or to a whole firmware.

    tinykd compile model.tflite --board nucleo_f446re --out kws
    make -C kws example
    tinykd compile model.tflite --board qemu-microbit --firmware --out firmware
    tinykd compile model.tflite --board nucleo_f446re --firmware --protocol mlperf
    tinykd compile model.tflite --board nano33ble --firmware --runtime tflm --out firmware
    tinykd compile words.tflite --hop 2 --out words
    tinykd compile model.tflite --core cortex-m4 --ram 20000
    tinykd compile model.tflite --board nucleo_f446re --firmware --slot
    """
    from tinykd.api.compilation import check_may_have_slot, compiled_files, written_lines
    from tinykd.api.model_file import CompileRequest, compile_file
    from tinykd.api.tflm_file import check_has_no_hop, check_is_firmware, is_tflm, tflm_file
    from tinykd.engine.failures import as_user_errors
    from tinykd.files import write_tree
    from tinykd.firmware_project import lay_out

    program: Program | TflmProgram
    if slot:
        check_may_have_slot(firmware, hop)
    if is_tflm(runtime):
        check_is_firmware(firmware, core)
        check_has_no_hop(hop)
        with output.working("TFLM measures it"):
            program = tflm_file(model, board, name, labels, slot)
    else:
        with output.working("compile"):
            request = CompileRequest(board, core, optimize, io, name, labels, hop, ram, slot)
            program = compile_file(model, request)
    folder = out or Path(program.name)
    files = compiled_files(program, board, firmware, folder, protocol)
    with as_user_errors(folder):
        written = list(lay_out(files, folder).written) if firmware else write_tree(folder, files)
    summary = program.summary()
    value = {"out": str(folder), "files": sorted(files), "written": written, "program": summary}
    output.result(value, written_lines(program, board, firmware, folder, len(files), len(written)))
