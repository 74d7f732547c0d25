"""One library call per verb: ``run(path)`` is the whole way, ``RunOptions(until="build")`` a part of it."""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tinykd.data.sources.remote import brought, is_url
from tinykd.engine.events import Reporter, SilentReporter
from tinykd.engine.failures import as_user_errors
from tinykd.engine.lock import locked
from tinykd.engine.manifest import is_whole
from tinykd.engine.run_stages import Ran, run_steps
from tinykd.engine.stage import BUILD, Step
from tinykd.engine.workspace import Workspace
from tinykd.errors import ConfigError, ToolError
from tinykd.pipeline.options import Flashing, RunOptions
from tinykd.pipeline.stages import stage_named, stages_of, steps_until
from tinykd.pipeline.trained import TrainingState
from tinykd.progress import Progress
from tinykd.project.load import load_project, project_file
from tinykd.project.schema import Project

DATA_VARIABLE = "TINYKD_DATA"


@dataclass(frozen=True)
class RunResult:
    """What a run did, and where the files are."""

    space: Workspace
    ran: tuple[Ran, ...]

    @property
    def skipped_all(self) -> bool:
        """Nothing had to be done."""
        return all(ran.reason is None for ran in self.ran)

    def folder(self, stage: str, board: str | None = None) -> Path:
        """The folder of a stage."""
        return self.space.folder(Step(stage_named(stage), board))


def open_workspace(
    path: Path,
    boards: tuple[str, ...] = (),
    flashing: Flashing | None = None,
    data: str | None = None,
    note: Callable[[str], None] | None = None,
    start: Literal["features", "raw"] | None = None,
) -> Workspace:
    """The project file (or its folder) ``path``; ``boards``, ``flashing`` replace parts of [target].

    ``start`` replaces [verify] start. ``data``, or where that is None the environment's TINYKD_DATA, replaces
    [data] source.
    ``note`` receives one line where the file uses former names of keys.
    """
    from tinykd.boards import load_board

    project, root = load_project(path, note), project_file(path).parent
    written = project.target.board
    own = {name: value for name, value in vars(flashing or Flashing()).items() if value is not None}
    changes = {"board": _from_here(boards) or project.target.board, **own}
    project = project.model_copy(update={"target": project.target.model_copy(update=changes)})
    if source := data or os.environ.get(DATA_VARIABLE):
        section = project.data.model_copy(update={"source": _typed_here(source)})
        project = project.model_copy(update={"data": section})
    if start:
        project = project.model_copy(update={"verify": project.verify.model_copy(update={"start": start})})
    # An unknown board is refused before anything is trained.
    names = tuple(load_board(board, root).name for board in project.target.board)
    if twice := [name for name in names if names.count(name) > 1]:
        raise ConfigError("[target] board", f"two boards are called {twice[0]}", "a name of its own for each")
    return Workspace(project, root, names, stages_of(project), written)


def bring_data(project: Project, progress: Progress) -> None:
    """Copies of what the project reads from elsewhere, as it is there now."""
    own = project.fine_tuning.source if project.fine_tuning else None
    for source in (project.data.source, project.data.unlabelled, own):
        if source is not None and is_url(source):
            brought(source, progress)


def _typed_here(source: str) -> str:
    """A file or folder as it is typed starts in this folder, not in the project's."""
    if is_url(source):
        return source
    path = Path(source).expanduser()
    return str(path.resolve()) if path.exists() or len(path.parts) > 1 else source


def _from_here(boards: tuple[str, ...]) -> tuple[str, ...]:
    """Boards as they are typed: a file's path starts in this folder, not in the project's."""
    return tuple(str(Path(name).resolve()) if name.endswith(".toml") else name for name in boards)


def run(path: Path, options: RunOptions | None = None, reporter: Reporter | None = None) -> RunResult:
    """Bring everything that ``options`` ask for up to date, in the project file or folder ``path``."""
    options, reporter = options or RunOptions(), reporter or SilentReporter()
    space = open_workspace(path, options.boards, options.flashing, options.data, reporter.note, options.start)
    bring_data(space.project, reporter)
    steps = steps_until(space.stages, space.boards, options.until)
    if options.trains:
        _check_training_packages(space, steps)
    else:
        steps = _without_training(space, steps, reporter, options.as_it_is)
    done = RunResult(space, tuple(_run(space, steps, reporter, options.force)))
    if options.until == "generate":
        _lay_out(space, reporter)
    return done


def _without_training(space: Workspace, steps: list[Step], reporter: Reporter, as_it_is: bool) -> list[Step]:
    """The other steps; none where what they made is looked at ``as_it_is`` and the model is of before."""
    state = TrainingState.of(space, [step for step in steps if step.stage.training])
    others = [step for step in steps if not step.stage.training]
    if state.stale and as_it_is and all(is_whole(space.folder(step)) for step in others):
        others = []
    elif state.stale:
        state.refuse(space)
    state.tell(space, reporter)
    return others


def _run(space: Workspace, steps: list[Step], reporter: Reporter, force: str | None) -> list[Ran]:
    """All ``steps``; in runtime tflm those after flash wait for the arena's correction, or its withdrawal."""
    until_flash = [step for step in steps_until(space.stages, space.boards, "flash") if step in steps]
    is_flashed = any(step.stage.name == "flash" for step in until_flash)
    if space.project.target.runtime != "tflm" or not is_flashed:
        return run_steps(space, steps, reporter, force)
    ran = run_steps(space, until_flash, reporter, force)
    for _ in ("corrected", "withdrawn"):
        again = [step for step in until_flash if step.board in _boards_to_correct(space)]
        ran += run_steps(space, again, reporter) if again else []
    rest = [step for step in steps if step not in until_flash]
    return ran + (run_steps(space, rest, reporter, force) if rest else [])


def _boards_to_correct(space: Workspace) -> set[str]:
    """The boards that said they need another arena than was generated."""
    generate = stage_named("generate")
    return {board for board in space.boards if space.reason(Step(generate, board))}


def _lay_out(space: Workspace, reporter: Reporter) -> None:
    """The firmware projects, as the stage build would find them."""
    build = stage_named("build")
    prepare = build.load_prepare()
    assert prepare is not None
    with as_user_errors(space.root), locked(space.build):
        for board in space.boards:
            step = Step(build, board)
            prepare(space.prepare_job(step), reporter)


def _check_training_packages(space: Workspace, steps: list[Step]) -> None:
    """Refuse at once, not after minutes, when a training stage has to run and TensorFlow is not installed."""
    if all(
        importlib.util.find_spec(name) for name in ("tensorflow", "tf_keras", "tensorflow_model_optimization")
    ):
        return
    for step in steps:
        if step.stage.training and space.reason(step):
            fix = 'Type `pip install "tinykd[train]"`.'
            raise ToolError(step.label, "TensorFlow is not installed", "the packages for training", fix)


def build_folder(path: Path) -> Path:
    """Where a project's files are made."""
    return project_file(path).parent / BUILD
