"""The parent's side of the training process: started when the first job comes, kept for the next ones.

One process for all training stages pays TensorFlow's start-up once, keeps its memory out of ours and gives it
back when training is over, and turns a crash inside TensorFlow into one line.
"""

import contextlib
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import IO, assert_never

from tinykd.engine.stage import Job, Stage
from tinykd.engine.worker_messages import (
    EVENT,
    Advanced,
    Broken,
    Done,
    Event,
    JobMessage,
    Noted,
    Refused,
    TaskClosed,
    TaskOpened,
)
from tinykd.errors import ToolError
from tinykd.progress import Progress, Task

_END_TIMEOUT_S = 5.0


class StageBugError(RuntimeError):
    """A traceback from the training process, and where its log is."""


class TrainingProcess(AbstractContextManager["TrainingProcess"]):
    """Runs jobs in ``python -m tinykd.engine.worker``; leaving the context ends it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def run(self, stage: Stage, job: Job, progress: Progress) -> None:
        """Run ``stage`` there; its error is raised here."""
        process = self._process or self._start()
        stdin, stdout = _pipes(process)
        try:
            stdin.write(JobMessage.of(stage, job).model_dump_json() + "\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._crash() from None
        with _Bars(progress) as bars:
            for line in stdout:
                if self._ends(EVENT.validate_json(line), bars):
                    return
        raise self._crash()

    def close(self) -> None:
        """End the process; at once, since nothing of it is needed any more. On a busy machine it may take its
        time to go; an error that is on its way up is worth more than waiting."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in _pipes(process):
            pipe.close()
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_TIMEOUT_S)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[str]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tinykd.engine.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self._process

    def _ends(self, event: Event, bars: "_Bars") -> bool:
        match event:
            case Done():
                return True
            case Refused():
                raise event.error()
            case Broken():
                raise StageBugError(f"{event.traceback}\nMore is in {self._log}")
            case TaskOpened() | Advanced() | TaskClosed() | Noted():
                bars.show(event)
                return False
            case _:
                assert_never(event)

    def _crash(self) -> ToolError:
        assert self._process
        code = self._process.wait(_END_TIMEOUT_S)
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        last = next(
            (line for line in reversed(self._log.read_text(errors="replace").splitlines()) if line), ""
        )
        fix = "Signal 9 usually means too little memory." if code == -9 else "Read the whole log there."
        return ToolError(self._log, f"the training process {how}", "", f"{fix} Its last line: {last[:120]}")


class _Bars(AbstractContextManager["_Bars"]):
    """The child's bars, drawn by our ``Progress``."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._open: dict[int, tuple[AbstractContextManager[Task], Task]] = {}

    def show(self, event: TaskOpened | Advanced | TaskClosed | Noted) -> None:
        match event:
            case TaskOpened():
                context = self._progress.task(event.label, event.total)
                self._open[event.task] = (context, context.__enter__())
            case Advanced():
                self._open[event.task][1].advance(event.steps, event.metric)
            case TaskClosed():
                self._open.pop(event.task)[0].__exit__(None, None, None)
            case Noted():
                self._progress.note(event.text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context, _ in reversed(self._open.values()):
            context.__exit__(None, None, None)
        self._open.clear()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin and process.stdout
    return process.stdin, process.stdout
