"""What the engine tells about the stages themselves, on top of their ``Progress``."""

from typing import Protocol

from tinykd.engine.stage import Step
from tinykd.progress import Progress, Silent


class Reporter(Progress, Protocol):
    """Progress inside a stage, and which stage it is."""

    def started(self, step: Step, reason: str) -> None:
        """``step`` begins; ``reason`` says why it was not skipped."""

    def skipped(self, step: Step) -> None:
        """``step`` is up to date."""

    def finished(self, step: Step, seconds: float) -> None:
        """``step`` is done and its folder is in place."""


class SilentReporter(Silent):
    """Says nothing."""

    def started(self, step: Step, reason: str) -> None:
        pass

    def skipped(self, step: Step) -> None:
        pass

    def finished(self, step: Step, seconds: float) -> None:
        pass
