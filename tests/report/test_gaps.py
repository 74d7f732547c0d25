"""Validation and test that are more apart than chance allows: a sentence in terminal and report."""

from pathlib import Path
from typing import Any

import pytest

from tests.report import made_up
from tests.report.test_findings import change, project
from tinykd.report import summary_lines, write_report


def counts(correct: int) -> dict[str, Any]:
    return {"correct": correct, "total": 200}


@pytest.mark.parametrize(
    ("validation", "test", "told"), [(190, 150, True), (150, 190, True), (190, 185, False)]
)
def test_a_gap_is_a_sentence(tmp_path: Path, validation: int, test: int, told: bool) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("host",), ("a", "b"))
    even = counts(test)
    change(inputs.train, "train.json", teacher__test=even, teacher__validation=even)
    scores = {f"{arm}__{split}": even for arm in ("baseline", "student") for split in ("test", "validation")}
    change(inputs.distill, "distill.json", **(scores | {"student__validation": counts(validation)}))
    change(inputs.quantize, "quantize.json", tflite__test=even, tflite__validation=even)
    lines = summary_lines(write_report(inputs, tmp_path / "out", project()))
    sentence = (
        f"Student ({validation / 2:.2f} % on validation, {test / 2:.2f} % on test): more apart than "
        "chance allows: their samples differ in kind, see [data] split."
    )
    assert (f"Note: {sentence}" in lines) == told
    assert (sentence in (tmp_path / "out/report.html").read_text()) == told


def test_normal_samples_alone_are_not_held_against_an_area(tmp_path: Path) -> None:
    """Validation has no anomaly as a rule: 97.5 % at the threshold is no figure beside AUC 0.7."""
    inputs = made_up.stage_folders(tmp_path / "build", ("host",), ("a", "b"))
    area = {"auc": 0.7, "low": 0.6, "high": 0.8, "correct": 150, "total": 200}
    normal = {"auc": None, "low": None, "high": None, "correct": 195, "total": 200}
    change(inputs.train, "train.json", teacher__test=area, teacher__validation=normal)
    scores = {f"{arm}__test": area for arm in ("baseline", "student")}
    scores |= {f"{arm}__validation": normal for arm in ("baseline", "student")}
    change(inputs.distill, "distill.json", **scores)
    change(inputs.quantize, "quantize.json", tflite__test=area, tflite__validation=normal)
    task = project(project={"name": "x", "task": "anomaly"})
    lines = summary_lines(write_report(inputs, tmp_path / "out", task))
    assert not [line for line in lines if "more apart" in line]
