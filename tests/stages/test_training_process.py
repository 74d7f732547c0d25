"""The process that trains: what it failed of is told, however long it takes to go."""

import subprocess
import sys
from pathlib import Path

import pytest

from tinykd.engine.training_process import TrainingProcess


class SlowToGo(subprocess.Popen[str]):
    """As on a machine that is busy: killed, and not gone in time."""

    def wait(self, timeout: float | None = None) -> int:
        super().wait()
        raise subprocess.TimeoutExpired(self.args, timeout or 0.0)


def test_an_error_on_its_way_up_is_not_hidden_by_a_process_that_takes_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    idle = SlowToGo([sys.executable, "-c", "input()"], **pipes)
    with pytest.raises(ValueError, match="what it failed of"), TrainingProcess(tmp_path / "log") as process:
        monkeypatch.setattr(process, "_process", idle)
        raise ValueError("what it failed of")
