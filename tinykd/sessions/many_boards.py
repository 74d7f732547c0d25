"""The boards that a bundle is verified on."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.boards import Board, load_board
from tinykd.bundle import read_bundle
from tinykd.errors import ConfigError
from tinykd.sessions.connected_boards import at_port, plugged_in
from tinykd.sessions.verification import VerifyTask
from tinykd.sessions.verification_case import VerificationCase, bundle_case

if TYPE_CHECKING:
    pass


PLUG_IN = "Plug one in, or name a virtual one with --board"


def tasks_of_bundle(path: Path, boards: list[str], port: str | None, every: bool) -> list[VerifyTask]:
    """The board at ``port``, or every one that is plugged in and has the USB id of the bundle's."""
    bundle = read_bundle(path)
    own, case = bundle.facts.board, bundle_case(bundle)
    board = load_board(own)
    if any(name != own for name in boards):
        raise ConfigError(
            path, f"is for board {own}", f"{boards[0]}", f"Make another: tinykd bundle -b {boards[0]}"
        )
    if port:
        return [_at(port, board, case)]
    found = [p for p in plugged_in() if own in p.boards]
    if not every and len(found) > 1:
        ports = ", ".join(p.port for p in found)
        raise ConfigError(
            path, f"several ports may be {own}: {ports}", "one", "Name it with --port, or add --all"
        )
    if not found:
        raise ConfigError(
            path, f"no {own} is plugged in", "its port", "Name it with --port; see `tinykd ports`"
        )
    return [_at(p.port, board, case) for p in found]


def _at(port: str, board: Board, case: VerificationCase) -> VerifyTask:
    return VerifyTask(board.name, port, nullcontext(at_port(port, board)), case)
