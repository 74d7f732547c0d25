"""Two models beside each other on the same test samples, as the metrics files hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.training.label_score import mistakes_in
from tinykd.training.metrics import absolute_errors, right_at_threshold
from tinykd.training.object_score import mistakes_on_test
from tinykd.training.uncertainty import paired_errors


@dataclass(frozen=True)
class ModelOutputs:
    """What a model said on the measured splits of ``data``."""

    data: Dataset
    outputs: Mapping[str, NDArray[Any]]  # by split: (n, outputs)


def paired(student: ModelOutputs, baseline: ModelOutputs, false_alarms: float) -> dict[str, object]:
    """``paired``: samples that one has right and the other has not, for McNemar's test; of a regression
    ``paired_errors``, of a detection the same of the objects missed or invented in an image, of several
    labels of the classes that are wrong in a sample.
    """
    both = student, baseline
    if student.data.task == "regression":
        errors = (absolute_errors(each.outputs["test"], each.data.test, each.data) for each in both)
        return {"paired_errors": paired_errors(*errors)}
    if student.data.task == "multilabel":
        wrong = (mistakes_in(each.data, each.outputs) for each in both)
        return {"paired_errors": paired_errors(*wrong)}
    if student.data.task == "detection":
        mistakes = (mistakes_on_test(each.data, each.outputs) for each in both)
        return {"paired_errors": paired_errors(*mistakes)}
    with_teacher, alone = (_right(each, false_alarms) for each in both)
    return {
        "paired": {
            "student_only": int(np.count_nonzero(with_teacher & ~alone)),
            "baseline_only": int(np.count_nonzero(alone & ~with_teacher)),
        }
    }


def _right(given: ModelOutputs, false_alarms: float) -> NDArray[np.bool_]:
    if given.data.task == "anomaly":
        return right_at_threshold(given.outputs, given.data, false_alarms)
    return np.asarray(given.outputs["test"].argmax(axis=1) == given.data.test.y)
