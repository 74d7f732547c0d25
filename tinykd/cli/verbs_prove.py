"""``prove``: any ``.tflite``, on a board, beside TFLM."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import PortOption, RuntimeOption
from tinykd.cli.output import Output
from tinykd.cli.verbs_model import ModelArgument, OptimizeOption
from tinykd.display.text import table_lines


@verb("prove", "A model that you have")
def prove_model(
    output: Output,
    model: ModelArgument,
    board: Annotated[
        str, typer.Option("--board", "-b", help="Any name from `tinykd boards`, or a board's TOML.")
    ] = "host",
    port: PortOption = None,
    samples: Annotated[int, typer.Option("--samples", "-n", min=1, help="Random inputs to send.")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the random inputs.")] = 1,
    optimize: OptimizeOption = "balanced",
    runtime: RuntimeOption = "static",
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Draw the profile: a .svg or .png file.")
    ] = None,
) -> int:
    """Compile a model, put it on a board, and compare every output with TFLM's; then count each layer.

    The exit code is 1 when a byte differs. Where LiteRT is installed, TFLM is held against it too.

        tinykd prove model.tflite
        tinykd prove model.tflite --board qemu-microbit
        tinykd prove model.tflite --board qemu-mps2-an386 --runtime tflm
        tinykd prove model.tflite --board nucleo_f446re --port /dev/ttyACM0 --picture profile.svg
    """
    from tinykd.api.model_file import compile_file, read_model
    from tinykd.api.tflm_file import is_tflm, tflm_file, tree_folder
    from tinykd.boards import load_board
    from tinykd.display.profile import profile_table
    from tinykd.display.verdict import counts_line
    from tinykd.oracle.agreement import opinions
    from tinykd.stages.prove import prove, random_samples

    known, data = load_board(board), read_model(model)
    program = tflm_file(model, board) if is_tflm(runtime) else compile_file(model, board, optimize)
    inputs = random_samples(program, samples, seed)
    reporter = output.reporter(show_skipped=False)
    proof = prove(data, program, known, inputs, reporter, port, tflm_dir=tree_folder())
    second = opinions(data, reporter)
    if picture:
        from tinykd.report.plots import plot_profile

        plot_profile(proof.profile.rows, picture, proof.profile.unit)
    header, cells = profile_table(proof.profile)
    image, found = proof.image, proof.verification
    lines = [counts_line(board, found.to_json())]
    if found.first_difference:
        lines.append(f"first difference: {found.first_difference}")
    lines += second.warnings
    sizes = f"flash {image.flash_bytes:,} B, RAM {image.ram_bytes:,} B, arena {proof.program.arena_bytes:,} B"
    value = {
        "verification": found.to_json(),
        "profile": {"unit": proof.profile.unit, "layers": proof.profile.rows},
        "flash_bytes": image.flash_bytes,
        "ram_bytes": image.ram_bytes,
        "arena_bytes": proof.program.arena_bytes,
        "runtime": runtime,
        "litert": second.to_json(),
    }
    output.result(value, [*table_lines(header, cells), "", *lines, sizes])
    return 0 if found.exact == found.samples else EXIT_GATE
