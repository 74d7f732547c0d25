"""Stage ``quantize``: the distilled student learns to live with int8, and becomes a flatbuffer.

The baseline goes the same way, on labels alone, so that both are compared as they ship. A student with
recurrent layers, which tfmot cannot simulate, is not trained again: its ranges come from calibration.
Writes ``model.tflite``, ``baseline.tflite``, ``features.json`` (how a measured sample becomes its input, and
what its outputs mean), ``lint.json`` and ``quantize.json``, of a detection ``objects.json``, of a
classification or regression ``answers_*.npy``, of texts of no class ``rejection.json``.
"""

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.summary import FEATURES_FILE, features_json
from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.methods import distillation_loss, label_loss
from tinykd.distillation.stage import BASELINE_FILE, STUDENT_FILE, batches_dir
from tinykd.files import sha256_bytes, write_json, write_whole
from tinykd.objects.worst import worst_images
from tinykd.oracle.agreement import opinions
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.quantization.export import REPRESENTATIVES, to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import (
    MEASURED,
    confusion,
    model_ends,
    quantized_answers,
    whole_thresholds,
)
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.quantization.ranges import narrow_ranges
from tinykd.quantization.recurrent import calibrated_layers
from tinykd.quantization.rejection import measured_rejection
from tinykd.quantization.rescue.run import rescue
from tinykd.student.weights import load_student
from tinykd.teacher.logits import Views, read_logits
from tinykd.training.beside import ModelOutputs, paired
from tinykd.training.counts import TrainingHistory
from tinykd.training.loop import Arrays, Loss, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.metrics import scores_of
from tinykd.training.scores import format_score
from tinykd.training.tensorflow import libraries

MODEL_FILE = "model.tflite"
RESCUE_FILE = "rescue.json"
BASELINE_MODEL_FILE = "baseline.tflite"
ANSWERS_FILE = "answers_{}.npy"  # of a split: (n, classes) int8 logits, or (n, outputs) float32 values
REJECTION_FILE = "rejection.json"  # where there are texts of no class
OBJECTS_FILE = "objects.json"  # of a detection: the test images that int8 does worst on


@dataclass(frozen=True)
class QuantizedNetwork:
    """A network after its training with int8 simulated in it, or after calibration alone."""

    model: Any | None  # float, simulated; None: calibrated
    curve: TrainingHistory
    flatbuffer: bytes


def quantize(
    project: Project, data: Dataset, train_dir: Path, distill_dir: Path, out: Path, progress: Progress
) -> None:
    """Fine-tune, export, lint and measure the student in ``distill_dir``, and beside it the baseline."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project, data.augmentation)
    teacher_dir = batches_dir(project, train_dir, distill_dir)
    batches = TrainingBatches(data, read_logits(teacher_dir, data, views), views)
    student = load_student(project, data, distill_dir / STUDENT_FILE)
    check_qat_compatible(student, trained=project.student.is_file)
    if calibrated := calibrated_layers(student):
        progress.note(
            f"int8 by calibration (PTQ): no quantization-aware training for {', '.join(calibrated)}"
        )
    student_int8 = _quantized(project, student, batches, _distillation_run(project, batches), progress)
    untrained = (
        student_int8 if student_int8.model is None else _calibrated(student, data, "without QAT", progress)
    )
    student_int8 = _rescued(project, student, data, student_int8, out, progress)
    layers = frozenset(layer.name for layer in student.layers)
    found = lint(student_int8.flatbuffer, layers, _runtime_ops())
    found.check(f"student {student.name}")
    _ask_litert(student_int8.flatbuffer, progress)
    write_whole(out / MODEL_FILE, student_int8.flatbuffer)
    write_json(out / "lint.json", found.to_json())
    false_alarms = project.anomaly.false_alarms
    answers = quantized_answers(student_int8.flatbuffer, data)
    metrics = _metrics(student_int8, answers, data, false_alarms, progress)
    metrics["ptq"] = _scored(quantized_answers(untrained.flatbuffer, data), false_alarms)
    if (distill_dir / BASELINE_FILE).is_file():  # none of a pruned or a fine-tuned student
        metrics |= _baseline(project, batches, distill_dir, out, answers, progress)
    write_json(out / "quantize.json", metrics)
    if data.task in ("classification", "regression"):
        _write_answers(answers, out)
    if (scenes := answers.data.test.scenes) is not None:
        worst = worst_images(answers.outputs["test"], scenes, metrics["tflite"]["test"]["thresholds"])
        write_json(out / OBJECTS_FILE, {"images": worst})
    if (rejection := measured_rejection(student_int8.flatbuffer, data, answers.outputs)) is not None:
        progress.note(str(rejection))
        write_json(out / REJECTION_FILE, rejection.to_json())
    scored, ends = metrics["tflite"], model_ends(student_int8.flatbuffer)
    whole = whole_thresholds(scored["test"]["thresholds"], ends[1]) if data.task == "multilabel" else ()
    write_json(out / FEATURES_FILE, features_json(data, scored, whole))


def _write_answers(answers: ModelOutputs, out: Path) -> None:
    """For the report: how sure the model is, and of what wrongly; how far off it is, and where."""
    dtype = np.int8 if answers.data.task == "classification" else np.float32
    for name, values in answers.outputs.items():
        buffer = io.BytesIO()
        np.save(buffer, values.astype(dtype), allow_pickle=False)
        write_whole(out / ANSWERS_FILE.format(name), buffer.getvalue())


def _rescued(
    project: Project, student: Any, data: Dataset, made: QuantizedNetwork, out: Path, progress: Progress
) -> QuantizedNetwork:
    """The int8 model that validation chooses, where asked for; what was tried goes into ``rescue.json``."""
    if not project.quantization.rescue:
        return made
    found = rescue(student, data, made.flatbuffer, is_balanced(project, data), progress)
    if found is None:
        return made
    write_json(out / RESCUE_FILE, found.to_json())
    for line in found.lines():
        progress.note(line)
    if found.chosen is not None:
        return QuantizedNetwork(found.chosen.simulated, made.curve, found.chosen.flatbuffer)
    return made


def _ask_litert(flatbuffer: bytes, progress: Progress) -> None:
    """Say where TFLM, which boards are held to, computes otherwise than what the student was made with."""
    for warning in opinions(flatbuffer, progress).warnings:
        progress.note(warning)


@dataclass(frozen=True)
class QatRun:
    """What one of the two goes on with."""

    label: str
    loss: Loss
    epoch: Callable[[int], Arrays]
    keep_zeros: bool = False


def _distillation_run(project: Project, batches: TrainingBatches) -> QatRun:
    sparse = project.pruning is not None and project.pruning.method == "magnitude"
    loss = distillation_loss(project.distillation, task=batches.data.task, grid=batches.data.grid)
    return QatRun("quantized student", loss, batches.epoch, sparse)


def _baseline_run(project: Project, batches: TrainingBatches) -> QatRun:
    loss = label_loss(project.distillation, batches.data.task, batches.data.grid)
    return QatRun("quantized baseline", loss, batches.labelled)


def _quantized(
    project: Project, student: Any, batches: TrainingBatches, run: QatRun, progress: Progress
) -> QuantizedNetwork:
    if calibrated_layers(student) or not project.quantization.epochs:
        return _calibrated(student, batches.data, run.label, progress)
    samples = batches.epoch(0)[0]
    model = insert_fake_quant(student, samples, keep_zeros=run.keep_zeros)
    narrow_ranges(model, student, samples, progress)
    curve = _train(project, batches, run, model, progress)
    given = batches.data.train.x
    with progress.task(f"convert {run.label} to int8", min(len(given), REPRESENTATIVES)) as task:
        flatbuffer = to_int8(model, given, task.advance)
    return QuantizedNetwork(model, curve, flatbuffer)


def _calibrated(student: Any, data: Dataset, label: str, progress: Progress) -> QuantizedNetwork:
    with progress.task(f"convert {label}", min(len(data.train.x), REPRESENTATIVES)) as task:
        flatbuffer = post_training(student, data.train.x, task.advance)
    return QuantizedNetwork(None, TrainingHistory(), flatbuffer)


def _train(
    project: Project, batches: TrainingBatches, run: QatRun, model: Any, progress: Progress
) -> TrainingHistory:
    section, seed, balanced = project.quantization, project.project.seed, is_balanced(project, batches.data)
    schedule = Schedule.of(section)
    training = Training(run.label, run.loss, run.epoch, schedule, seed, balanced=balanced)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    return fit(model, optimizer, training, batches.data.validation, progress)


def _baseline(
    project: Project,
    batches: TrainingBatches,
    distill_dir: Path,
    out: Path,
    student: ModelOutputs,
    progress: Progress,
) -> dict[str, Any]:
    """The baseline as it would ship: the same steps on labels alone; and ``student`` beside it."""
    data, false_alarms = batches.data, project.anomaly.false_alarms
    network = load_student(project, data, distill_dir / BASELINE_FILE)
    alone = _quantized(project, network, batches, _baseline_run(project, batches), progress)
    write_whole(out / BASELINE_MODEL_FILE, alone.flatbuffer)
    answers = quantized_answers(alone.flatbuffer, data)
    scores = scores_of(answers.data, answers.outputs, false_alarms)
    progress.note(f"int8 baseline: {format_score(scores['test'])}")
    found = {name: score.to_json() for name, score in scores.items()} | _curve(alone)
    found |= {"bytes": len(alone.flatbuffer), "sha256": sha256_bytes(alone.flatbuffer)}
    return {"baseline": found, **paired(student, answers, false_alarms)}


def _runtime_ops() -> frozenset[str]:
    from tinykd.compiler.lowering.registry import op_names

    return op_names()


def _metrics(
    student_int8: QuantizedNetwork,
    answers: ModelOutputs,
    data: Dataset,
    false_alarms: float,
    progress: Progress,
) -> dict[str, Any]:
    flatbuffer = student_int8.flatbuffer
    tested = scores_of(answers.data, answers.outputs, false_alarms)["test"]
    progress.note(f"int8: {format_score(tested)}, {len(flatbuffer)} bytes")
    given, answer = model_ends(flatbuffer)
    classes = data.task == "classification"
    return {
        "qat": _simulated(student_int8, data, false_alarms),
        "tflite": _scored(answers, false_alarms),
        "bytes": len(flatbuffer),
        "gzip_bytes": len(gzip.compress(flatbuffer, 9, mtime=0)),
        "sha256": sha256_bytes(flatbuffer),
        "input": given.to_json(),
        "output": answer.to_json(),
        "confusion": confusion(answers.outputs["test"], data.test.y, data.outputs) if classes else None,
    }


def _scored(answers: ModelOutputs, false_alarms: float) -> dict[str, object]:
    scores = scores_of(answers.data, answers.outputs, false_alarms)
    return {name: score.to_json() for name, score in scores.items()}


def _simulated(student: QuantizedNetwork, data: Dataset, false_alarms: float) -> dict[str, object] | None:
    """Scores of the model that int8 was simulated in, and its curve."""
    if student.model is None:
        return None
    predict = Predictor(student.model)
    answers = ModelOutputs(data, {name: predict(data.splits[name].x) for name in MEASURED})
    return _scored(answers, false_alarms) | _curve(student)


def _curve(network: QuantizedNetwork) -> dict[str, object]:
    return network.curve.with_best_epoch() if network.model is not None else {}
