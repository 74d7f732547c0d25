"""Stage ``quantize``: the distilled student learns to live with int8, and becomes a flatbuffer.

Writes ``model.tflite``, ``lint.json`` and ``quantize.json``.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.distillation.lessons import Lessons
from tinykd.distillation.methods import taught_loss
from tinykd.distillation.stage import STUDENT_FILE
from tinykd.errors import ModelError
from tinykd.files import sha256_bytes, write_json, write_whole
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import confusion, model_ends, quantized_scores
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat import simulate_int8
from tinykd.quantization.suitable import check_suitable
from tinykd.student.build import build_student
from tinykd.teacher.logits import Views, read_logits
from tinykd.training.counts import Counts, Curve
from tinykd.training.loop import Predictor, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

MODEL_FILE = "model.tflite"


def quantize(
    project: Project, data: Dataset, train_dir: Path, distill_dir: Path, out: Path, progress: Progress
) -> None:
    """Fine-tune, export, lint and measure the student in ``distill_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project)
    lessons = Lessons(data, read_logits(train_dir, data, views), views)
    student = _load_student(project, data, distill_dir / STUDENT_FILE)
    model = simulate_int8(student, lessons.epoch(0)[0])
    curve = _train(project, lessons, model, progress)
    with progress.task("convert to int8", 2) as task:
        flatbuffer = to_int8(model, data.train.x)
        task.advance()
        untrained = post_training(student, data.train.x)
        task.advance()
    layers = frozenset(layer.name for layer in student.layers)
    found = lint(flatbuffer, layers, _runtime_ops())
    found.check(f"student {student.name}")
    write_whole(out / MODEL_FILE, flatbuffer)
    write_json(out / "lint.json", found.to_json())
    metrics = _metrics(model, curve, flatbuffer, data, progress)
    write_json(out / "quantize.json", metrics | {"ptq": _right(_scores(untrained, data), data)})


def _load_student(project: Project, data: Dataset, weights: Path) -> Any:
    set_seed(project.project.seed)
    student = build_student(project.student, data)
    check_suitable(student)
    try:
        student.load_weights(weights)
    except (OSError, ValueError) as error:
        fix = "Type `tinykd distill` to train it again"
        raise ModelError(weights, f"cannot be read ({error})", "the student's weights", fix) from None
    return student


def _train(project: Project, lessons: Lessons, model: Any, progress: Progress) -> Curve:
    section, seed = project.quantization, project.project.seed
    schedule = Schedule(section.epochs, section.batch, section.learning_rate)
    training = Training("quantized student", taught_loss(project.distillation), lessons.epoch, schedule, seed)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    return fit(model, optimizer, training, lessons.data.validation, progress)


def _runtime_ops() -> frozenset[str]:
    from tinykd.compiler.registry import lowerings

    return frozenset(lowerings())


def _metrics(
    model: Any, curve: Curve, flatbuffer: bytes, data: Dataset, progress: Progress
) -> dict[str, object]:
    predict = Predictor(model)
    scores = _scores(flatbuffer, data)
    tested = Counts.of(scores["test"], data.test.y)
    progress.note(f"int8: {tested.correct} of {tested.total} test samples right, {len(flatbuffer)} bytes")
    given, answer = model_ends(flatbuffer)
    return {
        "qat": {
            "validation": Counts.of(predict(data.validation.x), data.validation.y).to_json(),
            "test": Counts.of(predict(data.test.x), data.test.y).to_json(),
            "curve": curve.to_json(),
        },
        "tflite": _right(scores, data),
        "bytes": len(flatbuffer),
        "sha256": sha256_bytes(flatbuffer),
        "input": given.to_json(),
        "output": answer.to_json(),
        "confusion": confusion(scores["test"], data.test.y, len(data.classes)),
    }


def _scores(flatbuffer: bytes, data: Dataset) -> dict[str, NDArray[np.int8]]:
    """What TFLM answers on the splits that the model was not trained on."""
    return {name: quantized_scores(flatbuffer, data.splits[name].x) for name in ("validation", "test")}


def _right(scores: dict[str, NDArray[np.int8]], data: Dataset) -> dict[str, dict[str, int]]:
    return {name: Counts.of(s, data.splits[name].y).to_json() for name, s in scores.items()}
