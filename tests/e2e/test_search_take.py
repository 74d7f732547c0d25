"""A search, its student taken into the project file, and all the way from there to the board and report."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import call
from tinykd.project.load import load_project

pytestmark = pytest.mark.slow
PROJECT = """# mine
[project]
name = "digits"
[data]
augmented_copies = 2
[teacher]
model = "mlp"
epochs = 3
[student]
model = "mlp"
width = 2.0  # too much
[distillation]
epochs = 4
[quantization]
epochs = 1
[search]
epochs = 3
limits = {flash_bytes = 6000}
[search.space]
"student.width" = [0.25, 0.5]
"student.depth" = [1]
"distillation.alpha" = [1.0]
"distillation.temperature" = [1.0]
"""


def test_what_was_found_is_taken_and_run(tmp_path: Path) -> None:
    (tmp_path / "tinykd.toml").write_text(PROJECT)
    done = call(tmp_path, "search", "--trials", "4")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "build/search/search.json").read_text())
    best = next(row for row in found["trials"] if row["on_front"])
    taken = call(tmp_path, "search", "--take", str(best["number"]))
    assert taken.returncode == 0, taken.stderr
    assert taken.stdout.startswith(f"Wrote trial {best['number']} into ")
    text = (tmp_path / "tinykd.toml").read_text()
    assert text.startswith("# mine\n") and "# too much" in text
    student = load_project(tmp_path).student
    assert (student.width, student.depth) == (best["values"]["student.width"], 1)
    run = call(tmp_path, "run")
    assert run.returncode == 0, run.stderr
    sentence = f"Note: The student was chosen on validation, trial {best['number']} of "
    assert sentence in run.stdout and "on the test split it alone is measured." in run.stdout
    program = json.loads((tmp_path / "build/host/generate/program.json").read_text())
    assert program["arena_bytes"] == best["costs"]["ram_bytes"] and program["macs"] == best["costs"]["macs"]
    verification = json.loads((tmp_path / "build/host/verify/verification.json").read_text())
    assert verification["exact"] == verification["samples"] == 360
    again = call(tmp_path, "search", "--take", "99")
    front = ", ".join(str(row["number"]) for row in found["trials"] if row["on_front"])
    assert again.returncode == 2
    assert again.stderr.startswith("--take 99: no such trial; expected one of the front: ") and front
