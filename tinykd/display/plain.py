"""Progress as plain lines, for logs and pipes: when a stage begins and ends, and every few seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tinykd.display.text import seconds_text
from tinykd.errors import one_line
from tinykd.progress import Task
from tinykd.stages.definition import Step

EVERY_S = 5.0
Clock = Callable[[], float]


class PlainReporter:
    """A ``Reporter`` that writes lines to ``stream`` (standard error)."""

    def __init__(
        self,
        verbose: bool = False,
        stream: TextIO | None = None,
        clock: Clock = time.monotonic,
        show_skipped: bool = True,
    ) -> None:
        self._verbose, self._stream, self._clock = verbose, stream or sys.stderr, clock
        self._show_skipped = show_skipped

    def started(self, step: Step, reason: str) -> None:
        self._say(f"{step.label}: started ({reason})" if self._verbose else f"{step.label}: started")

    def skipped(self, step: Step) -> None:
        if self._show_skipped:
            self._say(f"{step.label}: unchanged, skipped")

    def finished(self, step: Step, seconds: float) -> None:
        self._say(f"{step.label}: done in {seconds_text(seconds)}")

    def note(self, text: str) -> None:
        self._say(f"  {text}")

    def detail(self, text: str) -> None:
        if self._verbose:
            self.note(text)

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        """A line every ``EVERY_S`` seconds while it lasts."""
        yield _PlainTask(self._say, label, total, self._clock)

    def _say(self, text: str) -> None:
        self._stream.write(one_line(text) + "\n")  # one call, so that lines of two boards do not mix
        self._stream.flush()


class _PlainTask:
    def __init__(self, say: Callable[[str], None], label: str, total: int, clock: Clock) -> None:
        self._say, self._label, self._total, self._clock = say, label, total, clock
        self._done = 0
        self._start = self._said = clock()

    def advance(self, steps: int = 1, metric: str = "") -> None:
        self._done += steps
        now = self._clock()
        if now - self._said < EVERY_S:
            return
        self._said = now
        left = (now - self._start) / max(self._done, 1) * (self._total - self._done)
        self._say(f"  {self._label}: {self._done}/{self._total}  {metric}  {seconds_text(max(left, 0))} left")
