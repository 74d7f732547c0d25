"""Progress as plain lines, for logs and pipes: when a stage begins and ends, and every few seconds.

What is silent for as long gets a line that it goes on, ever less often up to once a minute.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from tinykd.engine.stage import Step
from tinykd.errors import one_line
from tinykd.progress import Task
from tinykd.text import seconds_text

EVERY_S = 5.0
RAREST_S = 60.0  # between two lines that only say that it goes on
LOOK_S = 0.5
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
        self._open: list[_Going] = []
        self._said, self._patience_s = self._clock(), EVERY_S
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """No more lines that something goes on."""
        self._closed.set()

    def started(self, step: Step, reason: str) -> None:
        self._begin(_Going(step.label, self._clock()))
        self._say(f"{step.label}: started ({reason})" if self._verbose else f"{step.label}: started")

    def skipped(self, step: Step) -> None:
        if self._show_skipped:
            self._say(f"{step.label}: unchanged, skipped")

    def finished(self, step: Step, seconds: float) -> None:
        self._open = [going for going in self._open if going.label != step.label]
        self._say(f"{step.label}: done in {seconds_text(seconds)}")

    def note(self, text: str) -> None:
        self._say(f"  {text}")

    def detail(self, text: str) -> None:
        if self._verbose:
            self.note(text)

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        """A line every ``EVERY_S`` seconds while it lasts."""
        going = _Going(label, self._clock(), total)
        self._begin(going)
        try:
            yield _PlainTask(self._say, going, self._clock)
        finally:
            self._open = [other for other in self._open if other is not going]

    def _begin(self, going: "_Going") -> None:
        self._open = [*self._open, going]
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, daemon=True)
            self._thread.start()

    def _beat(self) -> None:
        while not self._closed.wait(LOOK_S):
            self._go_on()

    def _go_on(self) -> None:
        """Say that the last thing begun goes on, where nothing was said for a while."""
        now, going = self._clock(), self._open[-1:]
        if going and now - self._said >= self._patience_s:
            patience_s = min(RAREST_S, 2 * self._patience_s)
            self._say(f"  {going[0].so_far(now)}")
            self._patience_s = patience_s

    def _say(self, text: str) -> None:
        self._said, self._patience_s = self._clock(), EVERY_S
        self._stream.write(one_line(text) + "\n")  # one call, so that lines of two boards do not mix
        self._stream.flush()


@dataclass
class _Going:
    """A stage or a task under way."""

    label: str
    start: float
    total: int | None = None
    done: int = 0

    def so_far(self, now: float) -> str:
        """``"distill: 42 s so far"``, ``"verify host: 3/20, 42 s so far"``."""
        count = "" if self.total is None else f"{self.done}/{self.total}, "
        return f"{self.label}: {count}{seconds_text(now - self.start)} so far"


class _PlainTask:
    def __init__(self, say: Callable[[str], None], going: _Going, clock: Clock) -> None:
        self._say, self._going, self._clock = say, going, clock
        self._said = clock()

    def advance(self, steps: int = 1, metric: str = "") -> None:
        going, now = self._going, self._clock()
        going.done += steps
        if now - self._said < EVERY_S or going.total is None:
            return
        self._said = now
        left = (now - going.start) / max(going.done, 1) * (going.total - going.done)
        self._say(f"  {going.label}: {going.done}/{going.total}  {metric}  {seconds_text(max(left, 0))} left")
