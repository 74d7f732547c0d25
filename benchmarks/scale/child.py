"""Runs a project and says which stage begins: ``python -m benchmarks.scale.child FOLDER [STAGE]``."""

import sys
from pathlib import Path

from tinykd.engine.events import SilentReporter
from tinykd.engine.stage import Step
from tinykd.pipeline.options import RunOptions
from tinykd.pipeline.run import run


class Saying(SilentReporter):
    """On standard output."""

    def started(self, step: Step, reason: str) -> None:
        print("stage", step.label, flush=True)

    def note(self, text: str) -> None:
        print("note", text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), RunOptions(until=sys.argv[2] if len(sys.argv) > 2 else None), Saying())
