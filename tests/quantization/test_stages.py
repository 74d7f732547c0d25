"""The three training stages in order, on few samples and epochs: files, metrics, repeatability."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tinykd.data.dataset import Dataset, Split
from tinykd.data.load import load_dataset
from tinykd.distillation.stage import distill
from tinykd.files import sha256_file
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.quantization.stage import quantize
from tinykd.teacher.stage import train_teacher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

SECTIONS = {
    "project": {"name": "digits", "seed": 3},
    "data": {"augmented_copies": 4},
    "teacher": {"epochs": 6},
    "student": {"width": 0.5},
    "distillation": {"epochs": 10, "batch": 32, "learning_rate": 0.01},
    "quantization": {"epochs": 2, "batch": 32},
}
PROJECT = Project.model_validate(SECTIONS)


def few():
    """A third of the digits to train on."""
    data = load_dataset(PROJECT.data, Path(), 3)
    train = Split(data.train.x[::3].copy(), data.train.y[::3].copy())
    return Dataset(data.name, train, data.validation, data.test, data.classes)


def run(root):
    data = few()
    train_teacher(PROJECT, data, root, root / "train", Silent())
    distill(PROJECT, data, root / "train", root / "distill", Silent())
    quantize(PROJECT, data, root / "train", root / "distill", root / "quantize", Silent())
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return run(tmp_path_factory.mktemp("first"))


def read(folder, stage):
    return json.loads((folder / stage / f"{stage}.json").read_text())


def test_files(folder):
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {
        "train/teacher.keras",
        "train/logits_train.npy",
        "train/logits_validation.npy",
        "train/logits_test.npy",
        "train/logits_views.npy",
        "train/train.json",
        "distill/baseline.weights.h5",
        "distill/student.weights.h5",
        "distill/distill.json",
        "quantize/answers_test.npy",
        "quantize/answers_validation.npy",
        "quantize/baseline.tflite",
        "quantize/model.tflite",
        "quantize/features.json",
        "quantize/lint.json",
        "quantize/quantize.json",
    }


def test_metrics(folder):
    train, distilled, quantized = (read(folder, stage) for stage in ("train", "distill", "quantize"))
    assert train["source"] == "trained" and train["teacher"]["test"]["total"] == 360
    assert train["bytes"] == (folder / "train/teacher.keras").stat().st_size
    for name in ("baseline", "student"):
        curve = distilled[name]["curve"]
        assert {len(values) for values in curve.values()} == {10}
        assert set(curve) == {
            "epoch",
            "loss",
            "val_accuracy",
            "val_agreement",
            "val_ece",
            "val_inherited",
            "val_own",
        }
        assert distilled[name]["train"]["total"] == len(few().train.y)  # all of them, where they are few
        assert 0 <= distilled[name]["ece"]["test"] <= 1
        assert distilled[name]["ece"]["validation"] == curve["val_ece"][distilled[name]["best_epoch"] - 1]
    assert distilled["macs"] > 0
    assert distilled["float_bytes"] == 4 * distilled["parameters"]
    student, baseline = (distilled[name]["test"]["correct"] for name in ("student", "baseline"))
    paired = distilled["paired"]
    assert student - baseline == paired["student_only"] - paired["baseline_only"]
    tested = quantized["tflite"]["test"]
    assert np.trace(quantized["confusion"]) == tested["correct"]
    assert np.sum(quantized["confusion"]) == tested["total"] == 360
    assert abs(tested["correct"] - quantized["qat"]["test"]["correct"]) <= 4
    untrained = quantized["ptq"]
    assert untrained["test"]["total"] == untrained["validation"]["total"] == 360
    assert untrained["test"]["correct"] >= student - 18  # int8 costs little, even without QAT
    alone, pairs = quantized["baseline"], quantized["paired"]
    assert alone["bytes"] == (folder / "quantize/baseline.tflite").stat().st_size
    assert alone["sha256"] == sha256_file(folder / "quantize/baseline.tflite") != quantized["sha256"]
    assert len(alone["curve"]["epoch"]) == 2 and 1 <= alone["best_epoch"] <= 2
    assert alone["test"]["correct"] >= baseline - 18
    gained = pairs["student_only"] - pairs["baseline_only"]
    assert gained == tested["correct"] - alone["test"]["correct"]
    assert quantized["sha256"] == sha256_file(folder / "quantize/model.tflite")
    assert quantized["input"]["shape"] == [1, 8, 8, 1]


def test_the_report_can_read_them(folder):
    from tinykd.report.inputs import DistillMetrics, QuantizeMetrics, TrainMetrics

    TrainMetrics.model_validate(read(folder, "train"))
    DistillMetrics.model_validate(read(folder, "distill"))
    QuantizeMetrics.model_validate(read(folder, "quantize"))


def test_logits_are_what_the_saved_teacher_says(folder):
    from tinykd.teacher.keras_file import load_keras
    from tinykd.training.loop import Predictor

    logits = np.load(folder / "train/logits_test.npy", mmap_mode="r")
    predict = Predictor(load_keras(folder / "train/teacher.keras"))
    assert np.allclose(logits, predict(few().test.x), atol=1e-5)


def test_the_same_seed_gives_the_same_bytes_in_another_process(folder, tmp_path):
    work = (
        "import pathlib, sys; from tests.quantization.test_stages import run; run(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", work, str(tmp_path)], check=True, cwd=ROOT, capture_output=True)
    again, first = (path / "quantize/model.tflite" for path in (tmp_path, folder))
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("method", ["hints", "at", "rkd"])
def test_losses_on_features_join_the_float_training(folder, tmp_path, method):
    """From the teacher that is there already; only the student's weights and figures are left behind."""
    sections = SECTIONS | {"distillation": {"method": method, "epochs": 3, "batch": 32}}
    distill(Project.model_validate(sections), few(), folder / "train", tmp_path, Silent())
    assert {path.name for path in tmp_path.iterdir()} == {
        "baseline.weights.h5",
        "student.weights.h5",
        "distill.json",
    }
    losses = json.loads((tmp_path / "distill.json").read_text())["student"]["curve"]["loss"]
    assert losses[-1] < losses[0]
