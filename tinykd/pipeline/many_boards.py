"""The boards that a project is verified on: its own, those that are named, or all that are plugged in."""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.engine.events import Reporter
from tinykd.errors import ConfigError
from tinykd.pipeline.case import project_case
from tinykd.pipeline.project_board import flashed_board
from tinykd.sessions.connected_boards import name_of, plugged_in
from tinykd.sessions.many_boards import PLUG_IN, _at
from tinykd.sessions.verification import VerifyTask

if TYPE_CHECKING:
    from tinykd.pipeline.run import RunResult


def tasks_of_project(
    path: Path, boards: list[str], port: str | None, every: bool, reporter: Reporter
) -> list[VerifyTask]:
    """The project's boards, or those that are named, or every one that is plugged in."""
    from tinykd.pipeline.device import check_protocol
    from tinykd.pipeline.run import open_workspace, run

    check_protocol(open_workspace(path).project)
    if every:
        return _every(path, boards, reporter)
    done = run(path, reporter, boards=tuple(boards), port=port, until="flash", trains=False)
    return [_start(done, name, port or name) for name in done.space.boards]


def _every(path: Path, boards: list[str], reporter: Reporter) -> list[VerifyTask]:
    """What runs on the boards that are plugged in is looked at, not flashed; virtual ones are started."""
    from tinykd.pipeline.run import open_workspace, run

    space = open_workspace(path)
    found = [(name_of(p, {*boards, *space.boards}), p) for p in plugged_in(space.root)]
    virtual = [name for name in boards if space.known_board(name).virtual]
    names = dict.fromkeys([*(name for name, _ in found), *virtual])
    if not names:
        raise ConfigError("--all", "no known board is plugged in", "at least one board", PLUG_IN)
    done = run(path, reporter, boards=tuple(names), until="build", trains=False)
    real = [_at(p.port, done.space.known_board(n), project_case(done, n)) for n, p in found]
    return real + [_start(done, name, "virtual") for name in virtual]


def _start(done: "RunResult", name: str, where: str) -> VerifyTask:
    return VerifyTask(
        name, where, flashed_board(done, done.space.known_board(name)), project_case(done, name)
    )
