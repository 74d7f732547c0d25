"""The boards that a bundle is verified on."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tinykd.boards import Board, load_board
from tinykd.bundle import read_bundle
from tinykd.errors import ConfigError
from tinykd.sessions.connected_boards import at_port, plugged_in
from tinykd.sessions.verification import VerifyTask
from tinykd.sessions.verification_case import VerificationCase, bundle_case

PLUG_IN = "Plug one in, or name a virtual one with --board"


@dataclass(frozen=True)
class BoardChoice:
    """Which boards are asked: those of the project or the bundle, unless others are named."""

    boards: tuple[str, ...] = ()
    port: str | None = None
    every: bool = False  # all that are plugged in
    start: Literal["features", "raw"] | None = None  # in place of [verify] start, of a project


def tasks_of_bundle(path: Path, choice: BoardChoice) -> list[VerifyTask]:
    """The board at the chosen port, or every one that is plugged in and has the USB id of the bundle's."""
    if choice.start == "raw":
        raise ConfigError("--start raw", f"{path} is a bundle, which begins at features", "a project")
    bundle = read_bundle(path)
    own, case = bundle.facts.board, bundle_case(bundle)
    board = load_board(own)
    if any(name != own for name in choice.boards):
        asked = choice.boards[0]
        raise ConfigError(path, f"is for board {own}", asked, f"Make another: tinykd bundle -b {asked}")
    if choice.port:
        return [task_at(choice.port, board, case)]
    found = [p for p in plugged_in() if own in p.boards]
    if not choice.every and len(found) > 1:
        ports = ", ".join(p.port for p in found)
        raise ConfigError(
            path, f"several ports may be {own}: {ports}", "one", "Name it with --port, or add --all"
        )
    if not found:
        raise ConfigError(
            path, f"no {own} is plugged in", "its port", "Name it with --port; see `tinykd ports`"
        )
    return [task_at(p.port, board, case) for p in found]


def task_at(port: str, board: Board, case: VerificationCase) -> VerifyTask:
    """The board at a port that is known."""
    return VerifyTask(board.name, port, nullcontext(at_port(port, board)), case)
