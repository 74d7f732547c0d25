"""A project with `[firmware] slot` on an emulated board: the whole way, then its model changed and back."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import call
from tests.slot.boards import emulated_with_monitor
from tests.slot.twins import twin
from tinykd.files import sha256_bytes

BOARD = "qemu-microbit"
PROJECT = f"""
[project]
name = "level"
task = "regression"
[data]
source = "s.npz"
augment = false
[teacher]
model = "mlp"
epochs = 2
[student]
model = "mlp"
width = 0.25
[distillation]
epochs = 2
[quantization]
epochs = 1
[target]
board = "{BOARD}"
[firmware]
slot = true
[verify]
samples = 10
"""


@pytest.mark.slow
def test_a_projects_model_is_changed_and_changed_back(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((200, 4, 4)).astype(np.float32)
    np.savez(tmp_path / "s.npz", x=x, y=100 * x[:, 0].mean(axis=1) + 20, classes=np.array(["level"]))
    (tmp_path / "tinykd.toml").write_text(PROJECT)
    done = call(tmp_path, "run")
    assert done.returncode in (0, 1), done.stderr  # so short a training is not judged
    verification = json.loads((tmp_path / f"build/{BOARD}/verify/verification.json").read_text())
    assert verification["exact"] == verification["samples"]
    (elf,) = (tmp_path / "build").rglob("*.elf")
    own = tmp_path / "build/model/quantize/model.tflite"
    other = tmp_path / "other.tflite"
    other.write_bytes(twin(own.read_bytes(), 3))
    with emulated_with_monitor(elf, BOARD, tmp_path) as emulated:
        at = ("--board", BOARD, "--port", emulated.port)
        changed = call(tmp_path, "swap", str(other), *at, "--json")
        assert changed.returncode == 0, changed.stderr
        assert re.search(sha256_bytes(other.read_bytes()), changed.stdout)
        proven = call(tmp_path, "prove", str(other), *at)
        assert proven.returncode == 0, proven.stdout + proven.stderr
        back = call(tmp_path, "swap", "--undo", *at, "--json")
        assert back.returncode == 0 and json.loads(back.stdout)["now"] == sha256_bytes(own.read_bytes())
