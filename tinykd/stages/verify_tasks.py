"""Which boards a call of ``tinykd verify`` means, each with what it is verified on."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.boards import Board, load_board
from tinykd.bundle import read_bundle
from tinykd.errors import ConfigError
from tinykd.stages.events import Reporter
from tinykd.stages.places import at_port, name_of, plugged_in, started
from tinykd.stages.subject import Subject, bundle_subject, project_subject
from tinykd.stages.verification import Task

if TYPE_CHECKING:
    from tinykd.stages.run import RunResult

PLUG_IN = "Plug one in, or name a virtual one with --board"


def tasks_of_bundle(path: Path, boards: list[str], port: str | None, every: bool) -> list[Task]:
    """The board at ``port``, or every one that is plugged in and has the USB id of the bundle's."""
    bundle = read_bundle(path)
    own, subject = bundle.facts.board, bundle_subject(bundle)
    board = load_board(own)
    if any(name != own for name in boards):
        raise ConfigError(
            path, f"is for board {own}", f"{boards[0]}", f"Make another: tinykd bundle -b {boards[0]}"
        )
    if port:
        return [_at(port, board, subject)]
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
    return [_at(p.port, board, subject) for p in found]


def tasks_of_project(
    path: Path, boards: list[str], port: str | None, every: bool, reporter: Reporter
) -> list[Task]:
    """The project's boards, or those that are named, or every one that is plugged in."""
    from tinykd.stages.run import open_workspace, run
    from tinykd.stages.steps import check_protocol

    check_protocol(open_workspace(path).project)
    if every:
        return _every(path, boards, reporter)
    done = run(path, reporter, boards=tuple(boards), port=port, until="flash", trains=False)
    return [_start(done, name, port or name) for name in done.space.boards]


def _every(path: Path, boards: list[str], reporter: Reporter) -> list[Task]:
    """What runs on the boards that are plugged in is looked at, not flashed; virtual ones are started."""
    from tinykd.stages.run import open_workspace, run

    space = open_workspace(path)
    found = [(name_of(p, {*boards, *space.boards}), p) for p in plugged_in(space.root)]
    virtual = [name for name in boards if space.known_board(name).virtual]
    names = dict.fromkeys([*(name for name, _ in found), *virtual])
    if not names:
        raise ConfigError("--all", "no known board is plugged in", "at least one board", PLUG_IN)
    done = run(path, reporter, boards=tuple(names), until="build", trains=False)
    real = [_at(p.port, done.space.known_board(n), project_subject(done, n)) for n, p in found]
    return real + [_start(done, name, "virtual") for name in virtual]


def _start(done: "RunResult", name: str, where: str) -> Task:
    return Task(name, where, started(done, done.space.known_board(name)), project_subject(done, name))


def _at(port: str, board: Board, subject: Subject) -> Task:
    return Task(board.name, port, nullcontext(at_port(port, board)), subject)
