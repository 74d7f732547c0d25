"""The report of a detection: F1 in the ladder, classes, pictures of what was found, gates, verdicts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.detection.scenes import CLASSES, save_npz
from tests.report import made_up
from tinykd.data.load import load_dataset
from tinykd.errors import DataError
from tinykd.objects.worst import SHOWN, worst_images
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project
from tinykd.report import ReportInputs, summary_lines, write_report
from tinykd.report.scenes import read_scenes

PROJECT = Project.model_validate(
    {
        "project": {"name": "cells", "task": "detection"},
        "target": {"board": ("host", "qemu-mps2-an386")},
        "gates": {"f1": 0.86, "accuracy_drop_points": 1.0},
    }
)


@pytest.fixture
def inputs(tmp_path: Path) -> ReportInputs:
    return made_up.detection_folders(tmp_path / "build")


def test_f1_stands_in_the_ladder_and_decides_its_gate(inputs: ReportInputs, tmp_path: Path) -> None:
    report = write_report(inputs, tmp_path / "report", PROJECT)
    text = "\n".join(summary_lines(report))
    assert "F1 0.8500 0.8000 - 0.8900 81/100, AP50 0.600" in " ".join(text.split())
    sentence = (
        "Distillation helped: the student has F1 0.8500 and misses or invents 0.7 objects in an image, the "
        "mean of 40 test images, the baseline (same network, labels only) F1 0.8000 and 0.95, a "
        "difference of -0.4 objects (95 % interval -0.7 to -0.1; Wilcoxon's p = 0.01; one training run each)."
    )
    assert report.distillation.sentence == sentence
    assert [gate.passed for gate in report.gates if gate.name == "f1"] == [False, False]
    assert [gate.passed for gate in report.gates if gate.name == "accuracy_drop_points"] == [True, True]
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert "F1 0.8500" in page and "In the test images" in page and "Confusion" not in page


def test_pictures_show_what_is_there_and_what_was_found(inputs: ReportInputs, tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    data = load_dataset(DataSection(source="set.npz"), tmp_path, 1, "detection")
    assert data.test.scenes is not None
    noise = np.random.default_rng(0).normal(0, 1, data.test.y.shape)
    worst = worst_images(data.test.y + noise.astype(np.float32), data.test.scenes, (0.0, 0.0))
    assert len(worst) == SHOWN and worst[0]["mistakes"] == max(each["mistakes"] for each in worst)
    made_up.write(inputs.quantize, "objects.json", {"images": worst})
    scenes = read_scenes(inputs.quantize, data)
    first = worst[0]
    right = sum(row[5] for row in first["found"])
    assert first["mistakes"] == len(first["found"]) + len(first["there"]) - 2 * right
    assert [box.right for box in scenes[0].found] == [bool(row[5]) for row in first["found"]]
    assert {box.name for scene in scenes for box in scene.there} <= set(CLASSES)
    write_report(replace(inputs, scenes=scenes), tmp_path / "report", PROJECT)
    page = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    assert page.count('<image href="data:image/png;base64,') == SHOWN
    assert page.count('class="true-box"') == sum(len(each["there"]) for each in worst)


def test_objects_of_other_data_are_refused(inputs: ReportInputs, tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    data = load_dataset(DataSection(source="set.npz"), tmp_path, 1, "detection")
    found = {"image": 900, "mistakes": 0, "there": [], "found": []}
    made_up.write(inputs.quantize, "objects.json", {"images": [found]})
    with pytest.raises(DataError) as error:
        read_scenes(inputs.quantize, data)
    text = "image 900 is not of this data; expected the test split's. Type `tinykd run` to measure again"
    assert str(error.value) == f"{inputs.quantize / 'objects.json'}: {text}"
