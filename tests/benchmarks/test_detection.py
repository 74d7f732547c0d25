"""The benchmark of detectors: its projects are valid, its table and its verdict are what its seeds say."""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.detection import table, verdict, with_few_boxes, write_project
from tests.detection.scenes import save_npz
from tinykd.data.load import load_dataset
from tinykd.project.load import load_project
from tinykd.project.samples import DataSection


def result(student: float, baseline: float) -> dict[str, object]:
    def score(f1: float) -> dict[str, object]:
        return {"test": {"f1": f1, "f1_of_classes": [f1, f1 + 0.1], "count_error": 1.0, "ap50": 0.5}}

    both = {"student": score(student), "baseline": score(baseline)}
    int8 = {"tflite": score(student - 0.01), "baseline": score(baseline - 0.01)}
    return {"train": {"teacher": score(0.9)}, "distill": both, "quantize": int8}


def test_means_of_the_seeds_and_their_difference() -> None:
    results = [result(0.80, 0.70), result(0.82, 0.76)]
    lines = table(results, ("red", "white"))
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "teacher",
        "labels alone, float",
        "labels alone, int8",
        "taught, float",
        "taught, int8",
    ]
    assert lines[5].split()[2:] == ["0.8000", "0.0141", "0.8000", "0.9000", "1.0000", "0.5000"]
    assert (
        verdict(results)
        == "taught minus labels alone, int8: +8.00 points of F1 (paired t, 2 seeds: p = 0.16)"
    )


def test_projects_of_the_seeds_are_valid(tmp_path: Path) -> None:
    asked = argparse.Namespace(data=tmp_path / 'set"s', out=tmp_path, few=0.2, quick=True, epochs=1.0)
    project = load_project(write_project(asked, 3))
    assert (project.project.seed, project.project.task, project.distillation.epochs) == (3, "detection", 2)
    assert project.data.source.endswith('set"s')
    asked.quick, asked.epochs, asked.few = False, 0.25, 0.0
    shorter = load_project(write_project(asked, 4))
    epochs = shorter.teacher.epochs, shorter.distillation.epochs, shorter.quantization.epochs
    assert epochs == (6, 11, 0)


def test_few_images_keep_their_boxes(tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    data = load_dataset(DataSection(source="set.npz"), tmp_path, 1, "detection")
    few = with_few_boxes(data, 0.25)
    assert (len(few.train), len(few.train_inputs)) == (16, 64)
    assert few.unlabelled is not None and len(few.unlabelled) == 48
    assert np.array_equal(few.train.y, data.train.y[::4])
