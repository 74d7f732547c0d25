"""``prove``: any ``.tflite``, on a board, beside TFLM."""

from pathlib import Path
from typing import Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import HopOption, IoOption, PortOption, RuntimeOption
from tinykd.cli.output import Output
from tinykd.cli.verbs_model import ModelArgument, OptimizeOption


@verb("prove", "A model that you have", "Nothing of the proof is kept")
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
    io: IoOption = "integer",
    hop: HopOption = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Draw the profile: a .svg or .png file.")
    ] = None,
) -> int:
    """Compile a model, put it on a board, and compare every output with TFLM's; then count each layer.

    The exit code is 1 when a byte differs. Where LiteRT is installed, TFLM is held against it too. With --hop
    the step function is proven: each window is heard from silence on, hop by hop, its last answer compared.

        tinykd prove model.tflite
        tinykd prove model.tflite --board qemu-microbit
        tinykd prove model.tflite --board qemu-mps2-an386 --runtime tflm
        tinykd prove words.tflite --hop 2
        tinykd prove model.tflite --board nucleo_f446re --port /dev/ttyACM0 --picture profile.svg
    """
    from tinykd.api.model_file import CompileRequest, compile_file, read_model
    from tinykd.api.proof import ProofOptions, prove_on
    from tinykd.api.tflm_file import check_has_no_hop, is_tflm, tflm_file
    from tinykd.boards import load_board
    from tinykd.errors import ConfigError

    request = CompileRequest(board, optimize=optimize, io=io, hop=hop)
    if is_tflm(runtime):
        check_has_no_hop(hop)
    if hop is not None and picture is not None:
        found, expected = "given together with --hop", "whole windows, of which each layer is counted"
        raise ConfigError("--picture", found, expected, "Leave one of them out")
    options, data = ProofOptions(load_board(board), samples, seed, port), read_model(model)
    with output.working("prove") as reporter:
        program = tflm_file(model, board) if is_tflm(runtime) else compile_file(model, request)
        proof = prove_on(data, program, options, reporter)
    if picture:
        proof.plot(picture)
    output.result({**proof.to_json(), "runtime": runtime}, proof.lines())
    return 0 if proof.exact else EXIT_GATE
