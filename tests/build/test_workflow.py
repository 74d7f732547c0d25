"""The maintainers' workflow, as far as it can be read here: its shape, its matrix, what it names."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tinykd.boards import list_boards

ROOT = Path(__file__).parents[2]
PATH = ROOT / ".github/workflows/boards.yml"


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(PATH.read_text())
    return found


@pytest.fixture(scope="module")
def matrix() -> list[dict[str, str]]:
    boards = json.dumps(
        [b.model_dump(mode="json") | {"kind": b.kind, "runtimes": b.runtimes} for b in list_boards()]
    )
    command = [sys.executable, str(ROOT / "scripts/board_matrix.py"), ""]
    done = subprocess.run(command, input=boards, capture_output=True, text=True, check=True)
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def test_the_matrix_has_every_board_and_every_runtime_that_needs_no_tree(
    matrix: list[dict[str, str]],
) -> None:
    wanted = {(b.name, "static") for b in list_boards()}
    wanted |= {(b.name, "tflm") for b in list_boards() if b.tflm and b.tflm.source != "vendored"}
    assert {(job["board"], job["runtime"]) for job in matrix} == wanted
    assert len(matrix) < 256  # GitHub's limit
    names = {job["platform"] for job in matrix}
    assert {"virtual", "ststm32", "espressif32"} <= names and all(re.fullmatch(r"[\w.-]*", n) for n in names)


def test_a_part_of_a_name_chooses() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from board_matrix import jobs
    finally:
        sys.path.pop(0)
    board = {"name": "pico", "runtimes": ["static"], "run": {"platform": "raspberrypi@1.0.0"}, "tflm": None}
    assert jobs([board], "ico") == [{"board": "pico", "runtime": "static", "platform": "raspberrypi"}]
    assert jobs([board], "nucleo") == []


def test_what_the_jobs_refer_to_is_there(workflow: dict[Any, Any], matrix: list[dict[str, str]]) -> None:
    text = PATH.read_text()
    assert set(re.findall(r"\$\{\{ matrix\.(\w+)", text)) <= set(matrix[0])
    assert workflow["jobs"]["build"]["needs"] == "matrix"
    assert workflow["jobs"]["matrix"]["outputs"] == {"boards": "${{ steps.list.outputs.boards }}"}
    assert workflow["permissions"] == {"contents": "read"}
    for step in (step for job in workflow["jobs"].values() for step in job["steps"]):
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"])
    typed = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert not [line for line in typed if "${{ inputs" in line]  # what a person typed reaches no shell


def test_the_files_that_it_names_are_there() -> None:
    for path in re.findall(r"(?:tests|scripts|boards)/[\w./*-]+", PATH.read_text()):
        assert list(ROOT.glob(path)), path
