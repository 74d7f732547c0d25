"""``swap``: another model into firmware that was made with a slot, without a new firmware."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinykd.cli.app import EXIT_GATE, verb
from tinykd.cli.options import IoOption, PortOption
from tinykd.cli.output import Output
from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.sessions.swap import Swapped

STOPPED = "The model before is in use again once the board has started anew"


@verb("swap", "Boards and this machine", STOPPED)
def swap_model(
    output: Output,
    model: Annotated[
        Path | None, typer.Argument(help="The new model, a .tflite of the same graph.", show_default=False)
    ] = None,
    board: Annotated[
        str, typer.Option("--board", "-b", help="Any name from `tinykd boards`, or a board's TOML.")
    ] = "host",
    port: PortOption = None,
    samples: Annotated[int, typer.Option("--samples", "-n", min=1, help="Random inputs to try it on.")] = 20,
    io: IoOption = "integer",
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the model before.")] = False,
) -> int:
    """Another model of the same graph on a board, without flashing its firmware again.

    The firmware must have been made with a slot: slot = true under firmware in tinykd.toml, or
    `tinykd compile --firmware --slot`.
    The model is sent, tried and proven beside TFLM, and only then kept: until then the one before comes back
    whenever the board starts anew, also where the power is cut. The exit code is 1 when a byte differs.

        tinykd swap retrained.tflite --board nucleo_f446re
        tinykd swap retrained.tflite --board host --port /dev/pts/3
        tinykd swap --undo --board nucleo_f446re
    """
    from tinykd.api.model_file import in_file, read_model
    from tinykd.boards import load_board
    from tinykd.errors import ModelError
    from tinykd.flash.usb import find_port
    from tinykd.sessions.connected_boards import at_port
    from tinykd.sessions.swap import SwapModel, swap
    from tinykd.sessions.swap import undo as go_back

    _check_arguments(model, undo)
    known = load_board(board)
    if known.virtual and port is None:
        fix = f"Start the firmware of {known.name}, then type --port and what it says"
        raise ConfigError("--port", "is missing", "the port of a virtual board that runs", fix)
    address = at_port(find_port(known, port), known).address(timeout_s=20.0)
    with output.working("swap") as reporter:
        if model is None:
            found = go_back(address)
        else:
            try:
                found = swap(SwapModel(read_model(model), model.name, io), known, address, samples, reporter)
            except ModelError as error:
                raise in_file(model, error) from None
    output.result(_value(found), _lines(known.name, found))
    return 0 if found.is_kept else EXIT_GATE


def _check_arguments(model: Path | None, undo: bool) -> None:
    if undo and model is not None:
        raise ConfigError("--undo", f"given together with {model}", "one of them", "Leave one of them out")
    if model is None and not undo:
        raise ConfigError("MODEL", "is missing", "the new model's .tflite, or --undo", "Name it")


def _value(found: "Swapped") -> dict[str, object]:
    """For --json."""
    checked = found.verification
    return {
        "before": found.before,
        "now": found.now,
        "kept": found.is_kept,
        "payload_bytes": found.payload_bytes,
        "verification": checked.to_json() if checked else None,
    }


def _lines(board: str, found: "Swapped") -> list[str]:
    from tinykd.display.verdict import DIGITS, counts_line

    before, now, checked = found.before[:DIGITS], found.now[:DIGITS], found.verification
    if checked is None:
        what = f"runs model {now} already" if before == now else f"went back from model {before} to {now}"
        return [f"{board}: {what}"]
    verdict = counts_line(board, checked.to_json())
    if found.is_kept:
        return [
            verdict,
            f"{board}: model {now} in place of {before}; {found.payload_bytes:,} bytes were written",
        ]
    return [verdict, f"{board}: the new model's answers differ, so {now} is in use again"]
