"""``tour``: the verbs of a first project one after the other, each explained before it runs."""

import contextlib
import io
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinykd.cli.app import EXIT_GATE, app, verb
from tinykd.cli.options import BoardOption, PortOption
from tinykd.cli.output import Output
from tinykd.errors import ConfigError, ToolError

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.cli.tour_steps import TourPlan, TourStep

NAME = "tour"
STOPPED = "Finished steps are kept; type the same again to go on"


@verb("tour", "The way from teacher to board", STOPPED)
def tour(
    output: Output,
    name: Annotated[str, typer.Argument(help="Name of the project and of its folder.")] = NAME,
    board: BoardOption = None,
    port: PortOption = None,
) -> int:
    """From nothing to a board that answers, in about ten minutes: each step says what it does.

    It types the commands of a first project for you, and shows them. Without --board it takes the board that
    is connected, after asking; else an emulated one, else this machine. Stopped at any moment, the same
    command goes on where it was.

        tinykd tour
        tinykd tour --board nano33ble
        tinykd tour first --board host
    """
    from tinykd.cli.tour_board import tour_board
    from tinykd.cli.tour_steps import TourPlan

    folder = _folder(name)
    _check_packages()
    chosen = tour_board(board, lambda found, device: _may_flash(output, found, device), port)
    output.say([f"Board: {chosen.board.name}, {chosen.board.title}. {chosen.why}"])
    began = time.monotonic()
    done = _TourWalk(output, TourPlan(name, chosen.board, port), folder).go()
    code = max((each["exit_code"] for each in done), default=0)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    if code in (0, EXIT_GATE):
        output.say(["", f"That was the tour, in {minutes} min {seconds} s.", *_next(name)])
    if output.as_json:
        output.result({"folder": name, "board": chosen.board.name, "steps": done}, [])
    return code


@dataclass(frozen=True)
class _TourWalk:
    """The steps of ``plan``, until one of them fails."""

    output: Output
    plan: "TourPlan"
    folder: Path

    def go(self) -> list[dict[str, Any]]:
        """What each step was and how it ended, for ``--json``."""
        steps, done = self.plan.steps, list[dict[str, Any]]()
        for number, step in enumerate(steps, 1):
            where = "" if number == 1 else f"   (in the folder {self.plan.name})"
            self.output.say(_lines(step, f"Step {number} of {len(steps)}", where))
            code = self._step(step, is_first=number == 1)
            done.append({"command": ["tinykd", *step.command], "exit_code": code, "files": list(step.files)})
            self.output.say([f"  Files  {self.plan.name}/{file}" for file in step.files if code == 0])
            if code not in (0, EXIT_GATE):
                self._say_stopped(number, len(steps))
                break
            if code == EXIT_GATE:
                self.output.say(["  A gate of tinykd.toml failed, as the lines above say: exit code 1."])
        return done

    def _step(self, step: "TourStep", is_first: bool) -> int:
        if is_first and (self.folder / "tinykd.toml").exists():
            self.output.say([f"  {self.folder.name}/tinykd.toml is there already: the tour goes on with it."])
            return 0
        with contextlib.ExitStack() as stack:
            if not is_first:
                stack.enter_context(contextlib.chdir(self.folder))
            if self.output.as_json:
                stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            return _exit_code(self._flags() + step.command)

    def _flags(self) -> tuple[str, ...]:
        quiet = ("--quiet",) if self.output.quiet or self.output.as_json else ()
        return (*quiet, *(("--verbose",) if self.output.verbose else ()))

    def _say_stopped(self, number: int, count: int) -> None:
        again = "mend what the line above says, then type the same `tinykd tour` again to go on"
        print(f"The tour stopped at step {number} of {count}: {again}.", file=sys.stderr)


def _exit_code(command: tuple[str, ...]) -> int:
    """``tinykd command`` within this process."""
    try:
        code = app(list(command), standalone_mode=False)
    except SystemExit as end:
        code = end.code
    return code if isinstance(code, int) else 0


def _lines(step: "TourStep", place: str, where: str) -> list[str]:
    """What stands before a step: title, what it does, what to type."""
    typed = " ".join(f'"{word}"' if " " in word else word for word in step.command)
    return ["", f"{place}: {step.title}", f"  {step.what}", f"  Type   tinykd {typed}{where}"]


def _next(name: str) -> list[str]:
    return [
        f"The page of all figures: {name}/build/report/report.html",
        f"Change a key of {name}/tinykd.toml and type `tinykd run {name}`: only what hangs on it runs again.",
        "Your own samples: `tinykd new mine --data FOLDER`. Your own network: [teacher] or [student] model.",
    ]


def _folder(name: str) -> Path:
    from tinykd.cli.verbs_project import checked_name

    folder = Path(checked_name(name, "tour"))
    if folder.exists() and not (folder / "tinykd.toml").is_file():
        found = "is already there and holds no tinykd.toml"
        raise ConfigError(folder, found, "a name that is free", f"Type `tinykd tour {name}_2`.")
    return folder


def _check_packages() -> None:
    """Said at once rather than in the third step."""
    from tinykd.cli.doctor import missing_for_training

    missing = missing_for_training()
    if missing:
        names = ", ".join(each.name for each in missing)
        fix = " and ".join(dict.fromkeys(f"`{each.fix}`" for each in missing))
        raise ToolError("tour", f"not installed: {names}", "the packages that train", f"Type {fix}")


def _may_flash(output: Output, board: "Board", device: str) -> bool:
    """Asked on a terminal; elsewhere nothing is flashed that was not named."""
    if output.as_json or not sys.stdin.isatty():
        return False
    question = f"{board.name} is connected at {device}. Replace the firmware that is on it?"
    return typer.confirm(question, err=True)
