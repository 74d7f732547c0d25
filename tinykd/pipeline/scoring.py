"""The quality of a board's outputs where they name no class: R² and MAE, or the AUC of anomalies,
the objects that are found, or which classes are on.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.data.dataset import Dataset
    from tinykd.training.scores import Score
    from tinykd.verify import Verification


def scored(
    verification: "Verification", model: bytes, data: "Dataset", quantized: dict[str, Any]
) -> "Verification":
    """``verification`` of some test samples with scores of the board's outputs and of the oracle's.

    ``quantized``: ``quantize.json``; an anomaly task's threshold is the one of the flatbuffer, and so are a
    detection's and those of several labels.
    """
    asked = replace(data, test=data.test.take(verification.numbers))
    device, host = (
        _score(outputs, model, asked, quantized) for outputs in (verification.received, verification.expected)
    )
    return replace(verification, device=device, host=host)


def _score(
    outputs: "NDArray[np.int8]", model: bytes, data: "Dataset", quantized: dict[str, Any]
) -> "Score | None":
    from tinykd.quantization.measure import real_answers
    from tinykd.training.label_score import LabelScore
    from tinykd.training.metrics import detection, regression
    from tinykd.training.object_score import ObjectScore

    answers = real_answers(model, data, {"test": outputs.reshape(len(outputs), -1)})
    if data.task == "regression":
        return regression(answers.outputs["test"], data.test, data)
    if data.task == "multilabel":
        return LabelScore.of(answers.outputs["test"], data.test, quantized["tflite"]["test"]["thresholds"])
    if data.task == "detection":
        thresholds = quantized["tflite"]["test"]["thresholds"]
        return ObjectScore.of(answers.outputs["test"], answers.data.test, thresholds)
    threshold = float(quantized["tflite"]["test"]["threshold"])
    score = detection(answers.outputs["test"], answers.data.test, threshold)
    return score if score.auc is not None else None  # there may be no anomaly among so few
