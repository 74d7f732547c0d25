"""The student by its name in ``[student]``; a new network is one file and one entry here."""

import math
from collections.abc import Callable
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.errors import ModelError
from tinykd.project.training import StudentSection
from tinykd.student.autoencoder import autoencoder
from tinykd.student.detector import detector
from tinykd.student.ds_cnn import ds_cnn
from tinykd.student.form import FORMED, Form
from tinykd.student.made import own_student
from tinykd.student.mlp import mlp
from tinykd.student.mobilenet_v1 import mobilenet_v1
from tinykd.student.recurrent import LAYERS, gru, lstm
from tinykd.student.resnet8 import resnet8
from tinykd.student.shapes import check_takes
from tinykd.student.streamed import STREAMED
from tinykd.student.tcn import tcn
from tinykd.student.text import TEXT_DEPTHS, TEXT_STUDENTS
from tinykd.student.user import call_function, sizes_of
from tinykd.training.tensorflow import libraries

Network = Callable[..., Any]  # (shape, outputs, width, depth[, form])

STUDENTS: dict[str, Network] = {
    "autoencoder": autoencoder,
    "ds_cnn": ds_cnn,
    "gru": gru,
    "lstm": lstm,
    "mlp": mlp,
    "mobilenet_v1": mobilenet_v1,
    "resnet8": resnet8,
    "tcn": tcn,
}
DEPTHS = {"autoencoder": 4, "ds_cnn": 3, "mlp": 2, "mobilenet_v1": 13, "resnet8": 3, "tcn": 3}  # as published
DEPTHS |= {"gru": LAYERS, "lstm": LAYERS, **TEXT_DEPTHS}


def build_student(section: StudentSection, data: Dataset) -> Any:
    """A tf_keras model: (n, H, W, C) in, (n, outputs) out: logits, or values.

    It is untrained, but for a trained model of the user's, which has its weights.
    """
    shape, outputs = data.input_shape, data.outputs
    if section.is_file:
        return own_student(section)
    if section.is_function:
        model = call_function(section, shape, outputs)
        where = f"[student] model = {section.model}"
        _check_model(model, where, shape, outputs)
        if data.task == "multilabel":
            _check_logits(model, where)
        return model
    check_takes(section, data)
    if section.model == "autoencoder" and outputs != math.prod(shape):
        raise _no_anomaly(shape, outputs)
    width = 1.0 if section.width is None else section.width
    if isinstance(data.frontend, TextFrontend):
        how = data.frontend.how
        return TEXT_STUDENTS[section.model](how.length, how.rows, outputs, width, section.depth)
    if data.grid is not None:
        return detector(section.model, shape, data.grid, width, section.depth)
    if section.time_padding == "valid":
        return STREAMED[section.model](shape, outputs, width, section.depth)
    form = [Form(section.kernel, section.stride)] if section.model in FORMED else []
    return STUDENTS[section.model](shape, outputs, width, section.depth, *form)


def adjustable(section: StudentSection) -> frozenset[str]:
    """Which of "width", "depth", "kernel" and "stride" the student's network can be built with."""
    if section.is_file:
        return frozenset()
    if section.is_function:
        return sizes_of(section)
    formed = section.model in FORMED and section.time_padding != "valid"
    return frozenset(("width", "depth", "kernel", "stride") if formed else ("width", "depth"))


def _no_anomaly(shape: tuple[int, int, int], outputs: int) -> ModelError:
    found = f"it gives its input back ({math.prod(shape)} values) and {outputs} are wanted"
    return ModelError("[student] model = autoencoder", found, 'task = "anomaly"', 'Use model = "mlp"')


def _check_logits(model: Any, where: str) -> None:
    """Of several labels: thresholds are of logits."""
    last = model.layers[-1]
    if last.get_config().get("activation") == "sigmoid":
        found = f"layer {last.name} ends it with a sigmoid"
        raise ModelError(where, found, "logits", "Leave the sigmoid out; a class is on above its threshold")


def _check_model(model: Any, where: str, shape: tuple[int, int, int], outputs: int) -> None:
    """A user's model takes the data's samples and gives logits; ``qat_compatibility`` checks its Keras."""
    if not isinstance(model, libraries().tf_keras.Model | libraries().keras.Model):
        raise ModelError(where, f"returns {type(model).__name__}", "a tf_keras.Model")
    inputs, answers = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if not inputs:
        return  # subclassed: refused by ``qat_compatibility``
    if (len(inputs), len(answers)) != (1, 1):
        raise ModelError(where, f"{len(inputs)} inputs and {len(answers)} outputs", "one of each")
    given, answer = tuple(inputs[0].shape), tuple(answers[0].shape)
    if given != (None, *shape):
        fix = f"Write tf_keras.Input({shape}), without the batch"
        raise ModelError(where, f"its input is {list(given)}", f"{[None, *shape]}", fix)
    if answer != (None, outputs):
        raise ModelError(
            where, f"its output is {list(answer)}", f"{[None, outputs]}, one logit for each class"
        )
    last = model.layers[-1]
    if type(last).__name__ == "Softmax" or last.get_config().get("activation") == "softmax":
        found = f"layer {last.name} ends it with a softmax"
        raise ModelError(where, found, "logits", "Leave the softmax out; the largest logit names the class")
