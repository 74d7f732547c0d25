"""Runs steps in order: skips what is up to date, resumes what was killed, and lets no half file be seen.

The engine knows nothing of machine learning; ``pipeline`` says which stages there are.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import tinykd
from tinykd.project.schema import Project
from tinykd.stages import folders
from tinykd.stages.definition import BUILD, MODEL, Job, Stage, Step
from tinykd.stages.events import Reporter
from tinykd.stages.failures import told_as_user_errors
from tinykd.stages.fingerprint import FileMark, code_hashes, config_values, tree_marks
from tinykd.stages.lock import locked
from tinykd.stages.manifest import (
    Fingerprint,
    Manifest,
    output_marks,
    read_manifest,
    stale_reason,
    write_manifest,
)
from tinykd.stages.training_process import TrainingProcess

TRAINING_LOG = "training.log"


@dataclass(frozen=True)
class Workspace:
    """A project, the folder that its relative paths start from, and the stages that it goes through."""

    project: Project
    root: Path
    boards: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def build(self) -> Path:
        """All that is made."""
        return self.root / BUILD

    def folder(self, step: Step) -> Path:
        """Where the files of ``step`` are."""
        return self.root / step.folder

    def steps_named(self, name: str, reader: Step) -> list[Step]:
        """The steps of stage ``name`` that ``reader`` reads: of its own board, or of all if it has none."""
        stage = next(stage for stage in self.stages if stage.name == name)
        if not stage.per_board:
            return [Step(stage)]
        return [Step(stage, board) for board in ((reader.board,) if reader.board else self.boards)]


@dataclass(frozen=True)
class Ran:
    """What became of one step."""

    step: Step
    reason: str | None  # None: skipped
    seconds: float


def run_steps(
    space: Workspace, steps: Iterable[Step], reporter: Reporter, force: str | None = None
) -> list[Ran]:
    """Bring ``steps`` up to date, in order; ``force`` names a stage that runs even if it is."""
    steps = list(steps)
    with told_as_user_errors(space.build), locked(space.build):
        for step in steps:
            folders.recover(space.folder(step))
        with TrainingProcess(space.build / MODEL / TRAINING_LOG) as training:
            ran = []
            for position, step in enumerate(steps):
                ran.append(_bring_up_to_date(space, step, reporter, training, force))
                if not any(later.stage.training for later in steps[position + 1 :]):
                    training.close()  # gives TensorFlow's memory back
            return ran


def _bring_up_to_date(
    space: Workspace, step: Step, reporter: Reporter, training: TrainingProcess, force: str | None
) -> Ran:
    now = fingerprint(space, step)
    reason = "asked for" if step.stage.name == force else stale_reason(space.folder(step), now)
    if reason is None:
        reporter.skipped(step)
        return Ran(step, None, 0.0)
    reporter.started(step, reason)
    start = time.monotonic()
    _execute(space, step, now, reporter, training)
    seconds = time.monotonic() - start
    reporter.finished(step, seconds)
    return Ran(step, reason, seconds)


def _execute(
    space: Workspace, step: Step, now: Fingerprint, reporter: Reporter, training: TrainingProcess
) -> None:
    folder, start = space.folder(step), time.monotonic()
    out = folders.fresh(folder)
    try:
        job = job_of(space, step, out)
        if step.stage.training:
            training.run(step.stage, job, reporter)
        else:
            step.stage.load()(job, reporter)
        write_manifest(out, _manifest(step, now, output_marks(out), time.monotonic() - start))
    except BaseException:
        training.close()  # before its folder goes
        folders.discard(out)
        raise
    folders.swap(folder)


def step_reason(space: Workspace, step: Step) -> str | None:
    """Why ``step`` would run now; None if it would be skipped."""
    return stale_reason(space.folder(step), fingerprint(space, step))


def job_of(space: Workspace, step: Step, out: Path) -> Job:
    """What the stage's function is given."""
    inputs = {
        source.stage.name if step.board == source.board or not source.board else source.label: space.folder(
            source
        )
        for name in step.stage.after
        for source in space.steps_named(name, step)
    }
    return Job(step.stage.name, space.project, space.root, out, inputs, step.board, space.boards)


def fingerprint(space: Workspace, step: Step) -> Fingerprint:
    """All that the result of ``step`` depends on, as it is now."""
    stage = step.stage
    before = read_manifest(space.folder(step))
    return Fingerprint(
        config=config_values(space.project, stage.config),
        code=code_hashes(stage.code, step.board),
        reads=_read_hashes(space, step),
        external=_external_marks(space, stage, before.inputs.external if before else {}),
    )


def _read_hashes(space: Workspace, step: Step) -> dict[str, str]:
    hashes: dict[str, str] = {}
    for read in step.stage.reads:
        for source in space.steps_named(read.partition("/")[0], step):
            manifest = read_manifest(space.folder(source))
            hashes |= manifest.hashes_of(read) if manifest else {}
    return hashes


def _external_marks(space: Workspace, stage: Stage, before: dict[str, FileMark]) -> dict[str, FileMark]:
    marks: dict[str, FileMark] = {}
    for key in stage.paths:
        value = config_values(space.project, (key,))[key]
        path = space.root / value
        if path.is_file():
            marks[key] = FileMark.of(path, before.get(key))
        elif path.is_dir():
            known = {name.removeprefix(f"{key}/"): mark for name, mark in before.items()}
            marks |= {f"{key}/{name}": mark for name, mark in tree_marks(path, known).items()}
    return marks


def _manifest(step: Step, now: Fingerprint, outputs: dict[str, FileMark], seconds: float) -> Manifest:
    return Manifest(
        stage=step.stage.name,
        board=step.board,
        tinykd=tinykd.__version__,
        packages={name: _version(name) for name in step.stage.packages},
        seconds=round(seconds, 3),
        inputs=now,
        outputs=outputs,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
