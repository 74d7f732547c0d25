"""The boards that a project or a bundle is verified on: its own, those that are named, or all plugged in."""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.bundle import is_bundle
from tinykd.engine.events import Reporter
from tinykd.errors import ConfigError
from tinykd.pipeline.case import project_case
from tinykd.pipeline.options import Flashing, RunOptions
from tinykd.pipeline.project_board import flashed_board
from tinykd.sessions.connected_boards import name_of, plugged_in
from tinykd.sessions.many_boards import PLUG_IN, BoardChoice, task_at, tasks_of_bundle
from tinykd.sessions.verification import VerifyTask

if TYPE_CHECKING:
    from tinykd.pipeline.run import RunResult


def verification_tasks(target: Path, choice: BoardChoice, reporter: Reporter) -> list[VerifyTask]:
    """One for each board, of a bundle or a project."""
    if is_bundle(target):
        return tasks_of_bundle(target, choice)
    return tasks_of_project(target, choice, reporter)


def tasks_of_project(path: Path, choice: BoardChoice, reporter: Reporter) -> list[VerifyTask]:
    """The project's boards, or those that are named, or every one that is plugged in."""
    from tinykd.pipeline.device import check_protocol
    from tinykd.pipeline.run import open_workspace, run

    check_protocol(open_workspace(path).project)
    if choice.every:
        return _every(path, choice, reporter)
    asked = RunOptions("flash", choice.boards, Flashing(choice.port), trains=False, start=choice.start)
    done = run(path, asked, reporter)
    return [_start(done, name, choice.port or name) for name in done.space.boards]


def _every(path: Path, choice: BoardChoice, reporter: Reporter) -> list[VerifyTask]:
    """What runs on the boards that are plugged in is looked at, not flashed; virtual ones are started."""
    from tinykd.pipeline.run import open_workspace, run

    space, boards = open_workspace(path), choice.boards
    found = [(name_of(p, {*boards, *space.boards}), p) for p in plugged_in(space.root)]
    virtual = [name for name in boards if space.known_board(name).virtual]
    names = dict.fromkeys([*(name for name, _ in found), *virtual])
    if not names:
        raise ConfigError("--all", "no known board is plugged in", "at least one board", PLUG_IN)
    done = run(path, RunOptions("build", tuple(names), trains=False, start=choice.start), reporter)
    real = [task_at(p.port, done.space.known_board(n), project_case(done, n)) for n, p in found]
    return real + [_start(done, name, "virtual") for name in virtual]


def _start(done: "RunResult", name: str, where: str) -> VerifyTask:
    return VerifyTask(
        name, where, flashed_board(done, done.space.known_board(name)), project_case(done, name)
    )
