"""Progress as live bars with the metric and the time left (rich); one line stays per stage."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as RichTask
from rich.text import Text

from tinykd.engine.stage import Step
from tinykd.errors import one_line
from tinykd.progress import Task
from tinykd.text import seconds_text


class _OnlyBars(ProgressColumn):
    """A column that a stage's own line, which has no length, leaves empty."""

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column

    def render(self, task: RichTask) -> object:  # type: ignore[override]
        return Text() if task.total is None else self._column(task)


class LiveReporter:
    """A ``Reporter`` that draws on the terminal behind standard error. Stages may run beside each other."""

    def __init__(
        self, verbose: bool = False, console: Console | None = None, show_skipped: bool = True
    ) -> None:
        self._show_skipped = show_skipped
        self._verbose = verbose
        self._console = console or Console(stderr=True, highlight=False)
        self._progress: Progress | None = None
        self._stages: dict[Step, TaskID] = {}
        self._lock = threading.Lock()

    def started(self, step: Step, reason: str) -> None:
        self._stages[step] = self._bars().add_task(f"[bold]{escape(step.label)}", total=None, metric="")
        if self._verbose:
            self.note(f"{step.label}: {reason}")

    def skipped(self, step: Step) -> None:
        if self._show_skipped:
            self._console.print(f"[dim]· {escape(step.label)}  unchanged[/dim]")

    def finished(self, step: Step, seconds: float) -> None:
        self._bars().remove_task(self._stages.pop(step))
        self._console.print(f"[green]✓[/green] {escape(step.label)}  [dim]{seconds_text(seconds)}[/dim]")

    def note(self, text: str) -> None:
        self._console.print(f"  {escape(one_line(text))}")

    def detail(self, text: str) -> None:
        if self._verbose:
            self.note(text)

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        """A bar that goes away when it is full."""
        progress = self._bars()
        number = progress.add_task(f"  {escape(one_line(label, 40))}", total=total, metric="")
        try:
            yield _LiveTask(progress, number)
        finally:
            progress.remove_task(number)

    def close(self) -> None:
        """Give the terminal back."""
        with self._lock:
            progress, self._progress = self._progress, None
        if progress:
            progress.stop()

    def _bars(self) -> Progress:
        with self._lock:
            if self._progress is None:
                self._progress = Progress(
                    SpinnerColumn(),
                    TextColumn("{task.description}"),
                    _OnlyBars(BarColumn(bar_width=24)),
                    _OnlyBars(MofNCompleteColumn()),
                    TextColumn("{task.fields[metric]}"),
                    TimeElapsedColumn(),
                    _OnlyBars(TimeRemainingColumn(compact=True)),
                    console=self._console,
                    transient=True,
                )
                self._progress.start()
            return self._progress


class _LiveTask:
    def __init__(self, progress: Progress, number: TaskID) -> None:
        self._progress, self._number = progress, number

    def advance(self, steps: int = 1, metric: str = "") -> None:
        self._progress.advance(self._number, steps)
        if metric:
            self._progress.update(self._number, metric=escape(one_line(metric, 60)))
