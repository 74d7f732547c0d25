"""A detector, the whole way to the board `host`, on small images made here."""

import json
import re
from pathlib import Path

import pytest

from tests.detection.scenes import CLASSES, save_npz
from tests.e2e.conftest import call

pytestmark = pytest.mark.slow
PROJECT = """
[project]
name = "marks"
task = "detection"
[data]
source = "s.npz"
augmented_copies = 2
[teacher]
epochs = 5
batch = 16
[student]
width = 0.5
[distillation]
alpha = 0.5
epochs = 8
batch = 16
learning_rate = 0.01
[quantization]
epochs = 1
[gates]
f1 = 0.05
"""


def test_a_detection(tmp_path: Path) -> None:
    save_npz(tmp_path / "s.npz")
    (tmp_path / "tinykd.toml").write_text(PROJECT)
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^step +F1 +95 % interval +objects found, AP50 +bytes +smaller$", done.stdout, re.MULTILINE
    )
    assert re.search(r"^C on the host +F1 [01]\.\d{4} .* \d+/27, AP50 [01]\.\d{3}", done.stdout, re.MULTILINE)
    assert "same class" not in done.stdout + done.stderr and "All 2 gates pass." in done.stdout
    verification = json.loads((tmp_path / "build/host/verify/verification.json").read_text())
    quantized = json.loads((tmp_path / "build/model/quantize/quantize.json").read_text())
    assert verification["exact"] == 24 and verification["device"] == verification["host"]
    for key in ("f1", "right", "found", "ap50", "f1_of_classes", "thresholds"):
        assert verification["device"][key] == quantized["tflite"]["test"][key]
    features = json.loads((tmp_path / "build/model/quantize/features.json").read_text())
    assert features["classes"] == list(CLASSES)
    assert features["objects"]["thresholds"] == quantized["tflite"]["test"]["thresholds"]
    page = (tmp_path / "build/report/report.html").read_text(encoding="utf-8")
    assert "Where it is wrong" in page and "data:image/png;base64," in page
    said = call(tmp_path, "monitor", "--board", "host", "--send", "infer 0")
    assert re.search(r"sample 0 has \d+ objects in 32 x 32, labels \d+, ", said.stdout)
