"""A regression and an anomaly task, the whole way to the board `host`, on samples made here."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.conftest import call

pytestmark = pytest.mark.slow
RNG = np.random.default_rng(0)
SHORT = """
[data]
source = "s.npz"
views = 2
{data}
[teacher]
model = "mlp"
epochs = 30
batch = 32
[student]
model = "mlp"
width = 0.25
[distillation]
epochs = 25
batch = 16
learning_rate = 0.01
[quantization]
epochs = 2
[gates]
{gates}
"""


def project(folder: Path, task: str, data: str, gates: str) -> None:
    head = f'[project]\nname = "level"\ntask = "{task}"\n'
    (folder / "tinykd.toml").write_text(head + SHORT.format(data=data, gates=gates))


def read(folder: Path, path: str) -> Any:
    return json.loads((folder / "build" / path).read_text())


def test_a_regression(tmp_path: Path) -> None:
    x = RNG.random((400, 4, 4)).astype(np.float32)
    y = 100 * x[:, 0].mean(axis=1) + 20
    np.savez(tmp_path / "s.npz", x=x, y=y, classes=np.array(["level"]))
    project(tmp_path, "regression", "augment = false", "r2 = 0.2\nmae = 20\naccuracy_drop_points = 30")
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^step +R² +95 % interval +error +bytes +smaller$", done.stdout, re.MULTILINE)
    assert re.search(r"^C on the host +R² 0\.\d{4} .* MAE \d", done.stdout, re.MULTILINE)
    assert re.search(r"mean absolute error is [\d.]+ on 80 test samples, .* Wilcoxon's p = ", done.stdout)
    assert "same class" not in done.stdout + done.stderr and "All 4 gates pass." in done.stdout
    verification = read(tmp_path, "host/verify/verification.json")
    assert verification["exact"] == 80 and verification["same_class"] is None
    assert verification["device"] == verification["host"]
    assert (
        verification["device"]["mae"]
        == read(tmp_path, "model/quantize/quantize.json")["tflite"]["test"]["mae"]
    )
    features = read(tmp_path, "model/quantize/features.json")
    assert features["targets"]["names"] == ["level"] and features["targets"]["mean"][0] == pytest.approx(
        70, abs=5
    )
    page = (tmp_path / "build/report/report.html").read_text()
    assert "R²" in page and "same class" not in page and "Confusion" not in page


def test_an_anomaly(tmp_path: Path) -> None:
    time = np.linspace(0, 1, 16)[:, np.newaxis] * [1, 2]
    normal = np.sin(6 * (time + RNG.random((300, 1, 1)))) + 0.05 * RNG.standard_normal((300, 16, 2))
    odd = RNG.standard_normal((60, 16, 2))
    y = np.repeat([0, 1], [300, 60])
    np.savez(tmp_path / "s.npz", x=np.concatenate([normal, odd]).astype(np.float32), y=y)
    project(tmp_path, "anomaly", 'kind = "sensor"\naugment = false', "auc = 0.8")
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^step +AUC +95 % interval +right at the threshold", done.stdout, re.MULTILINE)
    assert re.search(
        r"^C on the host +AUC [01]\.\d{4} +[01]\.\d+ - [01]\.\d+ +\d+/120", done.stdout, re.MULTILINE
    )
    assert "same class" not in done.stdout + done.stderr and "All 2 gates pass." in done.stdout
    assert re.search(r"the student puts \d+ of 120 test samples on their side of its threshold", done.stdout)
    quantized = read(tmp_path, "model/quantize/quantize.json")
    features = read(tmp_path, "model/quantize/features.json")
    assert features["threshold"] == quantized["tflite"]["test"]["threshold"] > 0
    device = read(tmp_path, "host/verify/verification.json")["device"]
    assert device == quantized["tflite"]["test"]
    header = (tmp_path / "firmware/host/include/level_features.h").read_text()
    assert "#define LEVEL_THRESHOLD " in header and "level_error(" in header and "level_mean[2]" in header
    _is_told_on_the_board(tmp_path, features["threshold"])


def _is_told_on_the_board(folder: Path, threshold: float) -> None:
    """By `test`, `infer` and the live view: normal and anomaly, errors and the threshold."""
    said = call(folder, "monitor", "--board", "host", "--send", "test", "--send", "infer 0").stdout
    assert re.search(r"^ +0 +1$", said, re.MULTILINE)
    assert re.search(r"^correct \d+ of 20, ", said, re.MULTILINE)
    assert re.search(r"^sample 0 is [01] \((normal|anomaly)\)", said, re.MULTILINE)
    scored = re.search(r"^error \d+\.\d{6}, threshold (\d+\.\d{6})$", said, re.MULTILINE)
    assert scored and float(scored[1]) == pytest.approx(threshold, abs=1e-6)
    live = call(folder, "monitor", "--board", "host", "--live", "--answers", "20").stdout
    assert f"an error above {scored[1]}" in live and "of 20" in live


def test_data_that_is_not_there_says_where_to_get_it(tmp_path: Path) -> None:
    assert call(tmp_path, "new", "words", "--example", "keyword").returncode == 0
    done = call(tmp_path / "words", "run", "--quiet")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "recordings: no such folder or file; expected the data. Download "
        "https://github.com/Jakobovski/free-spoken-digit-dataset (its recordings folder) or Speech Commands "
        "v2, or make a folder of WAV files for each word; then type `tinykd run --data FOLDER`\n"
    )
