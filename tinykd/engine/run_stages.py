"""Runs steps in order: skips what is up to date, resumes what was killed, and lets no half file be seen.

Boards do not read each other's files, so their steps run beside each other, ``WORKERS`` boards at a time. The
engine knows nothing of machine learning; ``pipeline`` says which stages there are.
"""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby

from tinykd.engine import folders
from tinykd.engine.events import Reporter
from tinykd.engine.failures import as_user_errors
from tinykd.engine.fingerprint import FileMark
from tinykd.engine.lock import locked
from tinykd.engine.manifest import Fingerprint, Manifest, output_marks, stale_reason, write_manifest
from tinykd.engine.stage import MODEL, Step
from tinykd.engine.training_process import TrainingProcess
from tinykd.engine.workspace import Workspace
from tinykd.files import sha256_bytes
from tinykd.progress import Progress, Task
from tinykd.version import __version__
from tinykd.workers import result_of, workers

TRAINING_LOG = "training.log"
WORKERS = 2


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
    with as_user_errors(space.build), locked(space.build):
        for step in steps:
            folders.recover(space.folder(step))
        with TrainingProcess(space.build / MODEL / TRAINING_LOG) as training:
            return _Run(space, reporter, training, force).all(steps)


@dataclass(frozen=True)
class _Run:
    """One call of ``run_steps``."""

    space: Workspace
    reporter: Reporter
    training: TrainingProcess
    force: str | None

    def all(self, steps: Sequence[Step]) -> list[Ran]:
        """Every step; those of boards in parallel."""
        ran: list[Ran] = []
        for of_boards, group in groupby(steps, lambda step: step.board is not None):
            if of_boards:
                self.training.close()  # gives TensorFlow's memory back
                ran += self._beside_each_other(list(group))
            else:
                ran += self._in_order(list(group))
        return ran

    def _in_order(self, steps: Sequence[Step]) -> list[Ran]:
        return [self._bring_up_to_date(step) for step in steps]

    def _beside_each_other(self, steps: Sequence[Step]) -> list[Ran]:
        """The first error is raised when the boards that are under way are done."""
        boards = list(dict.fromkeys(step.board for step in steps))
        chains = [[step for step in steps if step.board == board] for board in boards]
        if len(chains) == 1:
            return self._in_order(chains[0])
        with workers(WORKERS) as pool:
            futures = [pool.submit(self._in_order, chain) for chain in chains]
            return _all_of(futures)

    def _bring_up_to_date(self, step: Step) -> Ran:
        prepare = step.stage.load_prepare()
        if prepare:
            prepare(self.space.prepare_job(step), self._progress(step))
        with self._progress(step).task(f"look at {step.stage.name}", 1):  # large data is hashed
            now = self.space.fingerprint(step)
        reason = "asked for" if step.stage.name == self.force else stale_reason(self.space.folder(step), now)
        if reason is None:
            self.reporter.skipped(step)
            return Ran(step, None, 0.0)
        self.reporter.started(step, reason)
        start = time.monotonic()
        try:
            self._execute(step, now)
        except KeyboardInterrupt as stopped:
            stopped.add_note(f"{step.label} was cut short; what was finished before it is kept")
            raise
        seconds = time.monotonic() - start
        self.reporter.finished(step, seconds)
        return Ran(step, reason, seconds)

    def _progress(self, step: Step) -> Progress:
        return _OfBoard(self.reporter, step.board) if step.board else self.reporter

    def _execute(self, step: Step, now: Fingerprint) -> None:
        folder, start = self.space.folder(step), time.monotonic()
        out = folders.fresh(folder)
        progress = self._progress(step)
        try:
            job = self.space.job(step, out)
            if step.stage.training:
                kept = folders.kept_trainings(folder, _key(step, now))
                self.training.run(step.stage, replace(job, resume=kept), progress)
            else:
                step.stage.load()(job, progress)
            write_manifest(out, _manifest(step, now, output_marks(out), time.monotonic() - start))
        except BaseException:
            if step.stage.training:
                self.training.close()  # before its folder goes
            folders.discard(out)
            raise
        folders.swap(folder)
        folders.forget_trainings(folder)


def _all_of(futures: "Sequence[Future[list[Ran]]]") -> list[Ran]:
    """What they did; after an error what has not begun does not begin."""
    ran: list[Ran] = []
    failed: Exception | None = None
    for future in futures:
        try:
            if not (failed and future.cancel()):
                of_board = result_of(future)
                ran += of_board
        except Exception as error:  # noqa: BLE001 - raised below, when the others are done
            failed = failed or error
    if failed:
        raise failed
    return ran


@dataclass(frozen=True)
class _OfBoard:
    """A ``Progress`` that names the board, since several are under way."""

    progress: Progress
    board: str

    def task(self, label: str, total: int) -> AbstractContextManager[Task]:
        return self.progress.task(f"{label} {self.board}", total)

    def note(self, text: str) -> None:
        self.progress.note(f"{self.board}: {text}")

    def detail(self, text: str) -> None:
        self.progress.detail(f"{self.board}: {text}")


def _key(step: Step, now: Fingerprint) -> str:
    """The same for the same inputs, and the same versions of the packages that train."""
    versions = {name: _version(name) for name in step.stage.packages}
    return sha256_bytes(f"{now.model_dump_json()} {versions}".encode())[:32]


def _manifest(step: Step, now: Fingerprint, outputs: dict[str, FileMark], seconds: float) -> Manifest:
    return Manifest(
        stage=step.stage.name,
        board=step.board,
        tinykd=__version__,
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
