"""The page of the tour as it is written, and then ``tinykd tour`` itself, which finds all of it done."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_tour import page_commands
from tests.e2e.conftest import Demo, call
from tinykd.boards import load_board
from tinykd.cli.tour_board import EMULATED
from tinykd.cli.tour_steps import TourPlan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def toured(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's commands ran; what the demo trained of the same file is there already."""
    folder = tmp_path_factory.mktemp("toured")
    (folder / "bin").mkdir()
    program = folder / "bin/tinykd"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m tinykd "$@"\n')
    program.chmod(0o755)
    made, *rest = page_commands()
    script = [made, f'mkdir tour/build && cp -r "{demo.folder}/build/model" tour/build/model', *rest]
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    subprocess.run(
        ["sh", "-e", "-c", "\n".join(script)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": path},
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=900,
    )
    shutil.rmtree(folder / "bin")
    return folder


def test_the_pages_commands_leave_what_the_tour_says(toured: Path) -> None:
    for step in TourPlan("tour", load_board(EMULATED)).steps:
        for file in step.files:
            assert (toured / "tour" / file).is_file(), file
    found = json.loads((toured / f"tour/build/{EMULATED}/verify/verification.json").read_text())
    assert found["exact"] == found["samples"] == 360


def test_a_second_tour_goes_on_with_what_is_done(toured: Path) -> None:
    done = call(toured, "tour", "--board", EMULATED)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "  tour/tinykd.toml is there already: the tour goes on with it.\n" in done.stdout
    assert "Step 10 of 10: the report\n" in done.stdout
    assert "sample 3 is " in done.stdout  # the board's own answer
    assert ": started" not in done.stderr
    assert list(toured.iterdir()) == [toured / "tour"]
