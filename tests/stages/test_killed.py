"""kill -9 at any moment: the next run resumes, repeats nothing finished, leaves nothing half-made."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.stages.fakes import STEPS, space
from tinykd.engine.events import SilentReporter
from tinykd.engine.run_stages import run_steps

ALL = ["one", "two", "three red", "three blue", "end"]
RUN = (
    "import sys, pathlib; from tests.stages.fakes import *; from tinykd.engine.run_stages import run_steps; "
)
RUN += "from tinykd.engine.events import SilentReporter; "
RUN += "run_steps(space(pathlib.Path(sys.argv[1])), STEPS, SilentReporter())"


def start(root: Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, "-c", RUN, str(root)], env=environment)


def wait_until(condition: object, timeout_s: float = 120.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def finish(root: Path) -> None:
    run_steps(space(root), STEPS, SilentReporter())


def files(root: Path) -> dict[str, bytes]:
    """All that is made, without what tells the time."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted((root / "build").rglob("*"))
        if p.is_file() and p.name not in ("manifest.json", ".lock", "training.log")
    }


def calls(root: Path) -> list[str]:
    """What was run, as often as it was; boards run in any order."""
    return sorted((root / "calls").read_text().splitlines())


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("label", ALL)
def test_killed_inside_a_stage(tmp_path: Path, label: str) -> None:
    (tmp_path / "die_in").write_text(label)
    process = start(tmp_path)
    wait_until(lambda: (tmp_path / "reached").exists() and (tmp_path / "reached").read_text())
    if label.startswith("three"):  # the other board's step runs beside it
        other = {"three red": "blue", "three blue": "red"}[label]
        wait_until(lambda: (tmp_path / "build" / other / "three").exists())
    process.send_signal(signal.SIGKILL)
    process.wait()
    stage_pid = int((tmp_path / "reached").read_text())
    wait_until(lambda: not running(stage_pid))  # the training process dies with its parent
    (tmp_path / "die_in").unlink()
    finish(tmp_path)
    assert calls(tmp_path) == sorted([*ALL, label])
    assert not [name for name in files(tmp_path) if "half" in name or "/." in name]


def test_killed_between_the_two_moves_of_a_swap(tmp_path: Path) -> None:
    finish(tmp_path)
    whole = files(tmp_path)
    model = tmp_path / "build/model"
    shutil.copytree(model / "two", model / ".two.old")
    (model / "two").rename(model / ".two.new")
    finish(tmp_path)
    assert calls(tmp_path) == sorted(ALL)
    assert files(tmp_path) == whole


def test_a_dead_runs_unfinished_folder_is_removed(tmp_path: Path) -> None:
    (tmp_path / "build/red/.three.new/deep").mkdir(parents=True)
    (tmp_path / "build/red/.three.new/deep/d.txt").write_text("half")
    (tmp_path / "build/red/.three.old").mkdir()
    finish(tmp_path)
    assert sorted(p.name for p in (tmp_path / "build/red").iterdir()) == ["three"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    (tmp_path / "whole").mkdir()
    finish(tmp_path / "whole")
    for _ in range(4):
        process = start(tmp_path)
        time.sleep(dice.uniform(0.2, 1.2))
        process.kill()
        process.wait()
    finish(tmp_path)
    made = files(tmp_path)
    assert made == files(tmp_path / "whole")
    assert not [name for name in made if "half" in name or "/." in name]
