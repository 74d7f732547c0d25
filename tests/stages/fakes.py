"""A pipeline of tiny stages without TensorFlow: ``one -> two -> (three per board) -> end``."""

import os
import signal
import time
from pathlib import Path

from tinykd.engine.stage import Job, Stage, Step
from tinykd.engine.workspace import Workspace
from tinykd.errors import DataError
from tinykd.progress import Progress
from tinykd.project.schema import Project

BOARDS = ("red", "blue")
STAGES = (
    Stage("one", "tests.stages.fakes:one", config=("teacher",), paths=("data.source",), training=True),
    Stage("two", "tests.stages.fakes:two", reads=("one/a.txt",), config=("distillation.temperature",)),
    Stage("three", "tests.stages.fakes:three", reads=("two/",), per_board=True),
    Stage("end", "tests.stages.fakes:end", reads=("three/", "one/")),
)
STEPS = [Step(STAGES[0]), Step(STAGES[1]), *[Step(STAGES[2], board) for board in BOARDS], Step(STAGES[3])]


def space(root: Path, **sections: object) -> Workspace:
    """A workspace in ``root``."""
    project = Project.model_validate({"project": {"name": "fake"}, **sections})
    return Workspace(project, root, BOARDS, STAGES)


def one(job: Job, progress: Progress) -> None:
    """Runs in the training process."""
    _record(job, progress)
    (job.out / "a.txt").write_text("a")
    (job.out / "b.txt").write_text(str(job.project.teacher.epochs))


def two(job: Job, progress: Progress) -> None:
    """Depends on a.txt and the temperature."""
    _record(job, progress)
    a = (job.inputs["one"] / "a.txt").read_text()
    (job.out / "c.txt").write_text(f"{a} {job.project.distillation.temperature}")


def three(job: Job, progress: Progress) -> None:
    """Once per board, into a folder of its own."""
    _record(job, progress)
    (job.out / "deep").mkdir()
    (job.out / "deep" / "d.txt").write_text(f"{job.board} {(job.inputs['two'] / 'c.txt').read_text()}")


def end(job: Job, progress: Progress) -> None:
    """Reads every board's files."""
    _record(job, progress)
    texts = [(job.inputs[f"three {board}"] / "deep/d.txt").read_text() for board in job.boards]
    (job.out / "all.txt").write_text("\n".join(texts))


def noisy(job: Job, progress: Progress) -> None:
    """Prints on every channel, shows a bar, writes its process id."""
    print("noise on stdout")
    os.write(2, b"noise on stderr\n")
    with progress.task("epochs", 2) as bar:
        bar.advance(1, "loss 1")
        bar.advance(1, "loss 0")
    progress.note("a note")
    (job.out / "pid").write_text(str(os.getpid()))


def refuses(job: Job, progress: Progress) -> None:
    """A user's error."""
    raise DataError("data.npz", "x holds NaN", "finite numbers", "Clean it.")


def breaks(job: Job, progress: Progress) -> None:
    """A bug of ours."""
    raise ZeroDivisionError("a bug")


def crashes(job: Job, progress: Progress) -> None:
    """What TensorFlow does when memory runs out."""
    os.write(2, b"Killed while allocating\n")
    os.kill(os.getpid(), signal.SIGKILL)


def fills_the_disk(job: Job, progress: Progress) -> None:
    """The real error of a real full device."""
    (job.out / "half.bin").write_bytes(b"half")
    with Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")


def _record(job: Job, progress: Progress) -> None:
    """Append to ``calls`` beside the project, and die where a test asked for it."""
    label = f"{job.stage} {job.board}" if job.board else job.stage
    with (job.root / "calls").open("a") as calls:
        calls.write(label + "\n")
    (job.out / "half").write_text("")
    if (job.root / "die_in").is_file() and (job.root / "die_in").read_text() == label:
        (job.root / "reached").write_text(str(os.getpid()))
        time.sleep(60)
    (job.out / "half").unlink()
