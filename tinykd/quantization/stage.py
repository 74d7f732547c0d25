"""Stage ``quantize``: the distilled student learns to live with int8, and becomes a flatbuffer.

Writes ``model.tflite``, ``features.json`` (how a measured sample becomes its input, and what its outputs
mean), ``lint.json`` and ``quantize.json``.
"""

import gzip
from pathlib import Path
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.summary import FEATURES_FILE, features_json
from tinykd.distillation.lessons import Lessons
from tinykd.distillation.methods import taught_loss
from tinykd.distillation.stage import STUDENT_FILE, lessons_dir
from tinykd.files import sha256_bytes, write_json, write_whole
from tinykd.oracle.agreement import opinions
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import MEASURED, Answers, confusion, model_ends, quantized_answers
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat import simulate_int8
from tinykd.quantization.ranges import narrow_ranges
from tinykd.quantization.suitable import check_suitable
from tinykd.student.weights import load_student
from tinykd.teacher.logits import Views, read_logits
from tinykd.training.counts import Curve
from tinykd.training.judge import scores_of
from tinykd.training.loop import Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.scores import told
from tinykd.training.tensorflow import libraries

MODEL_FILE = "model.tflite"


def quantize(
    project: Project, data: Dataset, train_dir: Path, distill_dir: Path, out: Path, progress: Progress
) -> None:
    """Fine-tune, export, lint and measure the student in ``distill_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project, data.augmentation)
    taught_by = lessons_dir(project, train_dir, distill_dir)
    lessons = Lessons(data, read_logits(taught_by, data, views), views)
    student = load_student(project, data, distill_dir / STUDENT_FILE)
    check_suitable(student)
    sparse = project.pruning is not None and project.pruning.method == "magnitude"
    samples = lessons.epoch(0)[0]
    model = simulate_int8(student, samples, keep_zeros=sparse)
    narrow_ranges(model, student, samples, progress)
    curve = _train(project, lessons, model, progress)
    with progress.task("convert to int8", 2) as task:
        flatbuffer = to_int8(model, data.train.x)
        task.advance()
        untrained = post_training(student, data.train.x)
        task.advance()
    layers = frozenset(layer.name for layer in student.layers)
    found = lint(flatbuffer, layers, _runtime_ops())
    found.check(f"student {student.name}")
    _ask_litert(flatbuffer, progress)
    write_whole(out / MODEL_FILE, flatbuffer)
    write_json(out / "lint.json", found.to_json())
    false_alarms = project.anomaly.false_alarms
    metrics = _metrics(model, curve, flatbuffer, data, false_alarms, progress)
    ptq = _scored(quantized_answers(untrained, data), false_alarms)
    write_json(out / "quantize.json", metrics | {"ptq": ptq})
    write_json(out / FEATURES_FILE, features_json(data, metrics["tflite"]))


def _ask_litert(flatbuffer: bytes, progress: Progress) -> None:
    """Say where TFLM, which boards are held to, computes otherwise than what the student was made with."""
    for warning in opinions(flatbuffer, progress).warnings:
        progress.note(warning)


def _train(project: Project, lessons: Lessons, model: Any, progress: Progress) -> Curve:
    section, seed = project.quantization, project.project.seed
    schedule = Schedule.of(section)
    loss = taught_loss(project.distillation, task=lessons.data.task)
    balanced = is_balanced(project, lessons.data)
    training = Training("quantized student", loss, lessons.epoch, schedule, seed, balanced=balanced)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    return fit(model, optimizer, training, lessons.data.validation, progress)


def _runtime_ops() -> frozenset[str]:
    from tinykd.compiler.registry import lowerings

    return frozenset(lowerings())


def _metrics(
    model: Any, curve: Curve, flatbuffer: bytes, data: Dataset, false_alarms: float, progress: Progress
) -> dict[str, object]:
    predict = Predictor(model)
    simulated = {name: predict(data.splits[name].x) for name in MEASURED}
    answers = quantized_answers(flatbuffer, data)
    tested = scores_of(answers.data, answers.outputs, false_alarms)["test"]
    progress.note(f"int8: {told(tested)}, {len(flatbuffer)} bytes")
    given, answer = model_ends(flatbuffer)
    classes = data.task == "classification"
    return {
        "qat": {**_scored(Answers(data, simulated), false_alarms), **curve.told()},
        "tflite": _scored(answers, false_alarms),
        "bytes": len(flatbuffer),
        "gzip_bytes": len(gzip.compress(flatbuffer, 9, mtime=0)),
        "sha256": sha256_bytes(flatbuffer),
        "input": given.to_json(),
        "output": answer.to_json(),
        "confusion": confusion(answers.outputs["test"], data.test.y, data.outputs) if classes else None,
    }


def _scored(answers: Answers, false_alarms: float) -> dict[str, object]:
    scores = scores_of(answers.data, answers.outputs, false_alarms)
    return {name: score.to_json() for name, score in scores.items()}
