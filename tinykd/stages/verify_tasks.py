"""Which boards a call of ``tinykd verify`` means, each with what it is verified on."""

from contextlib import nullcontext
from pathlib import Path

from tinykd.boards import load_board
from tinykd.bundle import read_bundle
from tinykd.errors import ConfigError
from tinykd.stages.events import Reporter
from tinykd.stages.places import Plugged, at_port, name_of, plugged_in, started
from tinykd.stages.subject import Subject, bundle_subject, project_subject
from tinykd.stages.verification import Task

PLUG_IN = "Plug one in, or name a virtual one with --board"


def tasks_of_bundle(path: Path, boards: list[str], port: str | None, every: bool) -> list[Task]:
    """The board at ``port``, or every one that is plugged in and has the USB id of the bundle's."""
    bundle = read_bundle(path)
    own, subject = bundle.facts.board, bundle_subject(bundle)
    if any(name != own for name in boards):
        raise ConfigError(
            path, f"is for board {own}", f"{boards[0]}", f"Make another: tinykd bundle -b {boards[0]}"
        )
    if port:
        return [_at(port, own, subject)]
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
    return [_at(p.port, own, subject) for p in found]


def tasks_of_project(
    path: Path, boards: list[str], port: str | None, every: bool, reporter: Reporter
) -> list[Task]:
    """The project's boards, or those that are named, or every one that is plugged in."""
    from tinykd.stages.run import run

    if every:
        return _every(path, boards, reporter)
    done = run(path, reporter, boards=tuple(boards), port=port, until="flash")
    return [
        Task(name, port or name, started(done, load_board(name)), project_subject(done, name))
        for name in done.space.boards
    ]


def _every(path: Path, boards: list[str], reporter: Reporter) -> list[Task]:
    """What runs on the boards that are plugged in is looked at, not flashed; virtual ones are started."""
    from tinykd.stages.run import open_workspace, run

    plugged = plugged_in()
    wanted = {*boards, *open_workspace(path).boards}
    found = [(name_of(p, wanted), p) for p in plugged]
    virtual = [name for name in boards if load_board(name).virtual]
    names = dict.fromkeys([*(name for name, _ in found), *virtual])
    if not names:
        raise ConfigError("--all", "no known board is plugged in", "at least one board", PLUG_IN)
    done = run(path, reporter, boards=tuple(names), until="build")
    subjects = {name: project_subject(done, name) for name in names}
    tasks = [_plugged(p, name, subjects[name]) for name, p in found]
    return tasks + [Task(n, "virtual", started(done, load_board(n)), subjects[n]) for n in virtual]


def _plugged(plugged: Plugged, board: str, subject: Subject) -> Task:
    return _at(plugged.port, board, subject)


def _at(port: str, board: str, subject: Subject) -> Task:
    return Task(board, port, nullcontext(at_port(port, board)), subject)
