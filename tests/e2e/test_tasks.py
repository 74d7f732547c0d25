"""A regression, an anomaly task and sounds, the whole way to the board `host`, on samples made here."""

import json
import re
import wave
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
augmented_copies = 2
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
    worst = read(tmp_path, "report/report.json")["far_answers"]
    errors = [abs(each["wanted"][0] - each["answered"][0]) for each in worst]
    assert len(errors) == 12 and errors == sorted(errors, reverse=True)
    assert errors[0] >= verification["device"]["mae"] and "Furthest off" in page


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


def test_a_constant_classifier_passes_no_more_without_a_word(tmp_path: Path) -> None:
    """Samples that tell nothing, of two classes at 95 : 5; the teacher, given, knows them all."""
    labels = (np.arange(400) % 20 == 0).astype(int)
    parts = np.repeat(["train", "validation", "test"], [240, 80, 80])
    x = np.tile(np.linspace(0, 1, 16, dtype=np.float32).reshape(1, 4, 4), (400, 1, 1))
    np.savez(
        tmp_path / "s.npz",
        **{f"x_{name}": x[parts == name] for name in ("train", "validation", "test")},
        **{f"y_{name}": labels[parts == name] for name in ("train", "validation", "test")},
        classes=np.array(["ok", "bad"]),
    )
    given = {name: 8 * np.eye(2, dtype=np.float32)[labels[parts == name]] for name in np.unique(parts)}
    np.savez(tmp_path / "knows.npz", **given)
    project(tmp_path, "classification", "augment = false", "")
    text = (tmp_path / "tinykd.toml").read_text().replace('model = "mlp"\nepochs = 30', 'model = "knows.npz"')
    (tmp_path / "tinykd.toml").write_text(text)
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    remark = "no better than always naming the commonest class (76 right)"
    assert f"student: 76 of 80 test samples right (balanced accuracy 50.00 %), {remark}" in done.stderr
    assert len(re.findall(rf"95.00 %.* 50.00 %.*<- {re.escape(remark)}$", done.stdout, re.MULTILINE)) == 7
    assert "Note: .tflite never names bad on the test split." in done.stdout
    assert "Data: class bad has 12 of 240 training samples" in done.stdout
    assert "All 1 gates pass. None of them asks how good the model is" in done.stdout
    (tmp_path / "tinykd.toml").write_text(text + "balanced_accuracy = 0.6\n")
    again = call(tmp_path, "run")
    assert again.returncode == 1
    assert "FAILED balanced_accuracy on host: 0.5, wanted ≥ 0.6" in again.stdout


def test_a_recurrent_student_and_teacher(tmp_path: Path) -> None:
    """Rising and falling ramps; calibrated, exact on the host and on an emulated M4."""
    y = np.arange(240) % 2
    ramps = np.linspace(-1, 1, 12) * np.where(y, 1, -1)[:, np.newaxis]
    x = ramps[..., np.newaxis, np.newaxis] + 0.3 * RNG.standard_normal((240, 12, 1, 1))
    np.savez(tmp_path / "s.npz", x=x.astype(np.float32), y=y, classes=np.array(["up", "down"]))
    project(tmp_path, "classification", 'kind = "sensor"\naugment = false', "exact_percent = 100")
    text = (tmp_path / "tinykd.toml").read_text().replace('model = "mlp"\nwidth', 'model = "gru"\nwidth')
    text = text.replace('"mlp"\nepochs = 30', '"lstm"\nepochs = 2').replace("epochs = 25", "epochs = 4")
    (tmp_path / "tinykd.toml").write_text(text + '[target]\nboard = ["host", "qemu-mps2-an386"]\n')
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    assert "int8 by calibration (PTQ): no quantization-aware training for GRU" in done.stderr
    assert re.search(r"^Baseline, int8 .*$", done.stdout, re.MULTILINE)
    assert not re.search(r"^QAT ", done.stdout, re.MULTILINE)
    quantized = read(tmp_path, "model/quantize/quantize.json")
    assert quantized["qat"] is None and quantized["ptq"] == quantized["tflite"]
    for board in ("host", "qemu-mps2-an386"):
        assert read(tmp_path, f"{board}/verify/verification.json")["exact"] == 48


SOUND = """
[events]
hop_ms = 60
smoothing_ms = 120
threshold = 0.5
refractory_ms = 240
[audio]
rate = 8000
seconds = 0.3
features = "micro_frontend"
hop_ms = 20
n_mels = 12
"""


def tones(count: int) -> tuple[Any, Any]:
    """(count, 2400) sounds in [-1, 1]: low ones, high ones, noise alone."""
    y = np.arange(count) % 3
    time = np.arange(2400) / 8000
    pitch = np.array([400.0, 1900.0, 0.0])[y] * RNG.uniform(0.9, 1.1, count)
    waves = 0.5 * np.sin(2 * np.pi * pitch[:, np.newaxis] * time)
    return (waves + 0.02 * RNG.standard_normal((count, 2400))).astype(np.float32), y


def test_sounds_from_training_to_events_on_the_board(tmp_path: Path) -> None:
    """Thresholds found by `tune`; a long sound played to the board, whose events are the host's."""
    x, y = tones(180)
    np.savez(tmp_path / "s.npz", x=x, y=y, classes=np.array(["low", "high", "silence"]))
    project(tmp_path, "classification", 'kind = "audio"\naugment = false', "")
    text = (tmp_path / "tinykd.toml").read_text().replace("epochs = 30", "epochs = 4")
    (tmp_path / "tinykd.toml").write_text(text.replace("epochs = 25", "epochs = 4") + SOUND)
    done = call(tmp_path, "run")
    assert done.returncode == 0, done.stderr
    tuned = call(tmp_path, "tune", "--hours", "0.02", "--write")
    assert tuned.returncode == 0, tuned.stderr
    found = read(tmp_path, "tune/tune.json")
    assert {each["name"] for each in found["classes"]} == {"low", "high"}
    assert "thresholds" in (tmp_path / "tinykd.toml").read_text()
    write_wav(tmp_path / "long.wav", np.concatenate(list(x[:12])), 8000)
    heard = call(tmp_path, "verify", "--stream", "long.wav", "--speed", "0", "--json")
    assert heard.returncode == 0, heard.stderr
    verdict = json.loads(heard.stdout)
    assert verdict["exact"] and verdict["answers"] == verdict["scores_exact"] > 50
    assert verdict["events"] == verdict["board_events"]
    info = call(tmp_path, "monitor", "--board", "host", "--send", "info").stdout
    assert re.search(r"^live: 0 answers, features 0 %, model 0 % of the time$", info, re.MULTILINE)
    watched = call(
        tmp_path, "monitor", "--board", "host", "--live", "--sensor-file", "long.wav", "--answers", "9"
    )
    assert watched.returncode == 0, watched.stderr
    assert re.search(r" low +[01]\.\d\d", watched.stdout) and "dB" in watched.stdout
    write_wav(tmp_path / "fast.wav", x[0], 16_000)
    refused = call(tmp_path, "verify", "--stream", "fast.wav")
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (
        2,
        "fast.wav: 16,000 values per second; expected 8,000, the model's rate. Resample it",
    )


def write_wav(path: Path, sound: Any, rate: int) -> None:
    """(n,) in [-1, 1], of 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(32767 * np.clip(sound, -1, 1)).astype("<i2").tobytes())
