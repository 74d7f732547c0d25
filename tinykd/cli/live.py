"""Progress as live bars with the metric and the time left (rich); one line stays per stage."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from tinykd.cli.output import seconds_text
from tinykd.errors import one_line
from tinykd.progress import Task
from tinykd.stages.definition import Step


class LiveReporter:
    """A ``Reporter`` that draws on the terminal behind standard error."""

    def __init__(self, verbose: bool = False, console: Console | None = None) -> None:
        self._verbose = verbose
        self._console = console or Console(stderr=True, highlight=False)
        self._progress: Progress | None = None
        self._stage: TaskID | None = None

    def started(self, step: Step, reason: str) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[metric]}"),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
        )
        self._progress.start()
        self._stage = self._progress.add_task(escape(step.label), total=None, metric="")
        if self._verbose:
            self.note(f"{step.label}: {reason}")

    def skipped(self, step: Step) -> None:
        self._console.print(f"[dim]· {escape(step.label)}  unchanged[/dim]")

    def finished(self, step: Step, seconds: float) -> None:
        self.close()
        self._console.print(f"[green]✓[/green] {escape(step.label)}  [dim]{seconds_text(seconds)}[/dim]")

    def note(self, text: str) -> None:
        self._console.print(f"  {escape(one_line(text))}")

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        """A bar that goes away when it is full."""
        progress = self._progress
        if progress is None:
            progress = self._progress = Progress(console=self._console, transient=True)
            progress.start()
        number = progress.add_task(escape(one_line(label, 40)), total=total, metric="")
        try:
            yield _LiveTask(progress, number)
        finally:
            progress.remove_task(number)

    def close(self) -> None:
        """Give the terminal back."""
        if self._progress:
            self._progress.stop()
        self._progress = None


class _LiveTask:
    def __init__(self, progress: Progress, number: TaskID) -> None:
        self._progress, self._number = progress, number

    def advance(self, steps: int = 1, metric: str = "") -> None:
        self._progress.advance(self._number, steps)
        if metric:
            self._progress.update(self._number, metric=escape(one_line(metric, 60)))
