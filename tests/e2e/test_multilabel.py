"""Several labels, and one alone, the whole way to the board `host`, on small images made here."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.conftest import call
from tests.multilabel.made import CLASSES, bars, save

pytestmark = pytest.mark.slow
PROJECT = """
[project]
name = "bars"
task = "multilabel"
[data]
source = "{source}"
augmented_copies = 2
[image]
shift = 0.0
[teacher]
model = "mlp"
epochs = 12
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
mean_ap = 0.05
"""


def test_several_labels(tmp_path: Path) -> None:
    save(tmp_path / "bars.npz")
    (tmp_path / "tinykd.toml").write_text(PROJECT.format(source="bars.npz"))
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^step +F1 +95 % interval +every class right, mAP +bytes", done.stdout, re.MULTILINE)
    assert re.search(r"^C on the host +F1 [01]\.\d{4} .* \d+/48, mAP [01]\.\d{3}", done.stdout, re.MULTILINE)
    assert "same class" not in done.stdout + done.stderr and "All 3 gates pass." in done.stdout
    verification = json.loads((tmp_path / "build/host/verify/verification.json").read_text())
    quantized = json.loads((tmp_path / "build/model/quantize/quantize.json").read_text())
    assert verification["exact"] == 48
    assert verification["device"] == verification["host"] == quantized["tflite"]["test"]
    features = json.loads((tmp_path / "build/model/quantize/features.json").read_text())
    assert features["classes"] == list(CLASSES) and len(features["thresholds"]) == 3
    page = (tmp_path / "build/report/report.html").read_text(encoding="utf-8")
    assert "Several labels" in page and "Class by class" in page and "Confusion" not in page
    _decides_alike(tmp_path, features["thresholds"])
    again = call(tmp_path, "verify", "--board", "host")
    assert again.returncode == 0 and re.search(r"score +F1 [01]\.\d{4}, mAP", again.stdout), again.stderr


def _decides_alike(folder: Path, thresholds: list[int]) -> None:
    """The classes that the board has on are those of the received outputs, sample by sample."""
    received = np.load(folder / "build/host/verify/received.npy").reshape(48, -1)
    on = {tuple(row) for row in (received >= np.array(thresholds)).tolist()}
    said = call(
        folder, "monitor", "--board", "host", *(f for i in range(4) for f in ("--send", f"infer {i}"))
    ).stdout
    for block in re.findall(r"classes on: \w+, [^\n]*\n(.*?)end of classes", said, re.DOTALL):
        named = {int(k) for k in re.findall(r"^class (\d+) \([^\n]*\) on,", block, re.MULTILINE)}
        assert tuple(k in named for k in range(3)) in on
    assert said.count("end of classes") == 4


def test_one_sigmoid(tmp_path: Path) -> None:
    """Two classes, one of them in each sample: a binary classifier with a single output."""
    x, y = bars(240)
    np.savez(tmp_path / "two.npz", x=x, y=y[:, 0], classes=np.array(["nothing", "bar"]))
    (tmp_path / "tinykd.toml").write_text(PROJECT.format(source="two.npz"))
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert "data: one output: bar is on, or it is nothing" in done.stderr
    quantized = json.loads((tmp_path / "build/model/quantize/quantize.json").read_text())
    assert quantized["output"]["shape"] == [1, 1]
    verification = json.loads((tmp_path / "build/host/verify/verification.json").read_text())
    assert verification["exact"] == 48 and verification["device"] == quantized["tflite"]["test"]
    header = (tmp_path / "firmware/host/include/bars_features.h").read_text()
    assert (
        "#define BARS_CLASSES 1u" in header and "bars_is_on(const int8_t *outputs, uint32_t index)" in header
    )
