"""``tinykd prove``: a model from anywhere, on a board, beside TFLM."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tinykd.paths import EXAMPLES

MODEL = str(EXAMPLES.parent / "tests/fixtures/digits.tflite")


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-microbit"])
def test_every_output_is_exact_and_every_layer_is_counted(tinykd: Run, board: str, tmp_path: Path) -> None:
    picture = tmp_path / "profile.svg"
    options = ("--board", board, "--samples", "5", "--picture", str(picture), "--json")
    done = tinykd("prove", MODEL, *options)
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["verification"]["exact"] == value["verification"]["samples"] == 5
    assert len(value["profile"]["layers"]) == 9
    assert all(row["ticks"] > 0 for row in value["profile"]["layers"])
    assert "<svg" in picture.read_text()


def test_no_model(tinykd: Run, tmp_path: Path) -> None:
    done = tinykd("prove", "none.tflite")
    assert done.returncode == 2
    assert done.stderr == "none.tflite: cannot be read (No such file or directory); expected a .tflite file\n"
