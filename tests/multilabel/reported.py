"""A report of several labels, from metrics made up here."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.multilabel.made import CLASSES
from tests.report import made_up
from tinykd.data.dataset import Split
from tinykd.project.schema import Project
from tinykd.report import Report
from tinykd.report.assemble import assemble_report
from tinykd.training.label_score import LabelScore

GATES = {"f1": 0.9, "mean_ap": 0.5}
PROJECT = Project.model_validate({"project": {"name": "bars", "task": "multilabel"}, "gates": GATES})
Y = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]] * 15, np.float32)


def score_of(wrong: int) -> LabelScore:
    """Of answers that are wrong in the second class of ``wrong`` samples."""
    outputs = 4 * Y - 2
    outputs[:wrong, 1] *= -1
    split = Split(np.zeros((len(Y), 1, 1, 1), np.float32), Y, multilabel=True)
    return LabelScore.of(outputs, split, (0.0, 0.25, 1.0))


def scores(wrong: int) -> dict[str, Any]:
    return {name: score_of(wrong).to_json() for name in ("validation", "test")}


def labelled_report(build: Path) -> Report:
    """The student is wrong in 3 of 60 samples, the baseline in 9; the host is as good as the flatbuffer."""
    inputs = made_up.stage_folders(build, ("host",))
    errors = {"difference": -0.1, "low": -0.15, "high": -0.05, "p": 0.001}
    train = {"teacher": scores(0), "data": {"notes": []}, "parameters": 9, "bytes": 99}
    distilled = {"baseline": scores(9), "student": scores(3), "paired_errors": errors, "parameters": 9}
    made_up.write(inputs.train, "train.json", train)
    made_up.write(inputs.distill, "distill.json", distilled)
    quantized = made_up.quantize() | {"tflite": scores(3), "ptq": scores(4), "qat": None, "confusion": None}
    quantized |= {"baseline": scores(9) | {"bytes": 900}, "paired_errors": errors}
    quantized.pop("paired", None)
    made_up.write(inputs.quantize, "quantize.json", quantized)
    board = made_up.verification() | {
        "same_class": None,
        "device": scores(3)["test"],
        "host": scores(3)["test"],
    }
    made_up.write(
        inputs.boards["host"].verify,
        "verification.json",
        board | {"samples": 60, "exact": 60, "within_one": 60},
    )
    return assemble_report(inputs.__class__(**{**vars(inputs), "classes": CLASSES}), PROJECT)
