"""From the stages' metrics to a ``Report``: joins, ratios and words; every figure comes from a file.

Leaves to others: reading (``inputs``), statistics (``intervals``, ``distilled``), gates, HTML (``page``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tinykd.project.schema import Project
from tinykd.report.board_part import board_result, quality_of, remark_of
from tinykd.report.class_results import ClassResult, class_results, results_of_labels
from tinykd.report.distilled import judge_distillation, judge_shipped
from tinykd.report.event_results import read_events
from tinykd.report.findings import beside_yardstick, findings
from tinykd.report.folders import ReportInputs
from tinykd.report.gates import evaluate_gates
from tinykd.report.inputs import (
    DistillMetrics,
    FindingsMetrics,
    FineTuneMetrics,
    PruneMetrics,
    QuantizeMetrics,
    Scores,
    TrainMetrics,
    read_metrics,
)
from tinykd.report.int8_costs import read_int8_costs
from tinykd.report.model import BoardResult, Confusion, Curve, Quality, Report, Rung, RungStep
from tinykd.report.provenance import hashes, public, settings, versions
from tinykd.report.taken import read_taken
from tinykd.report.training_advice import too_few_epochs, too_small


@dataclass(frozen=True)
class _StageMetrics:
    """What the stages that make the model measured; None: not run, or not asked for."""

    train: TrainMetrics | None
    distill: DistillMetrics | None
    pruned: PruneMetrics | None
    tuned: FineTuneMetrics | None
    quantize: QuantizeMetrics | None

    @classmethod
    def read(cls, inputs: ReportInputs, project: Project, missing: list[str]) -> "_StageMetrics":
        """From the stages' folders; those that should have run and have not are added to ``missing``."""
        train = read_metrics(inputs.train, "train.json", TrainMetrics, missing)
        distill = read_metrics(inputs.distill, "distill.json", DistillMetrics, missing)
        tuned = pruned = None
        if project.fine_tuning is not None:
            tuned = read_metrics(inputs.finetune, "finetune.json", FineTuneMetrics, missing)
        if project.pruning is not None:
            pruned = read_metrics(inputs.prune, "prune.json", PruneMetrics, missing)
        quantize = read_metrics(inputs.quantize, "quantize.json", QuantizeMetrics, missing)
        return cls(train, distill, pruned, tuned, quantize)


def assemble_report(inputs: ReportInputs, project: Project) -> Report:
    """Read what the stages left and put it together; what is missing is stated, not guessed."""
    missing: list[str] = []  # stages
    metrics = _StageMetrics.read(inputs, project, missing)
    train, distill, quantize = metrics.train, metrics.distill, metrics.quantize
    boards = tuple(
        _on_part(board_result(name, folders, missing), quantize) for name, folders in inputs.boards.items()
    )
    classes = inputs.classes or project.data.classes
    ladder = _ladder(project, metrics, boards)
    confusion = _confusion(quantize, classes)
    report = Report(
        project=project.project.name,
        task=project.project.task,
        classes=classes or (),
        settings=settings(project),
        ladder=beside_yardstick(ladder, distill.yardstick if distill else None),
        distillation=judge_distillation(distill, train.teacher.test if train else None),
        shipped=judge_shipped(quantize),
        int8_costs=read_int8_costs(inputs.quantize),
        confusion=confusion,
        by_class=class_results(confusion.labels, confusion.counts)
        if confusion
        else _labels(quantize, classes),
        curves=tuple(_curves(metrics)),
        events=read_events(inputs.tune, quantize.sha256 if quantize else None),
        scenes=inputs.scenes,
        confidence=inputs.confidence,
        wrong_answers=inputs.wrong_answers,
        far_answers=inputs.far_answers,
        boards=boards,
        notes=(*_screened(inputs), *(train.data.notes if train else ())),
        hashes=hashes(inputs, quantize),
        versions=versions(),
        missing=(*not_run(missing), *_other_models(boards, quantize), *_no_baseline(project, quantize)),
    )
    taken = read_taken(inputs.search, project)
    found = (
        *findings(report, project),
        *too_few_epochs(report.curves, project),
        *too_small(train, distill, project),
        *((taken.sentence,) if taken else ()),
    )
    judged = {"gates": tuple(evaluate_gates(report, project.gates)), "findings": found}
    return report.model_copy(update=judged)


def _screened(inputs: ReportInputs) -> tuple[str, ...]:
    """What was found in the samples before anything was trained; nothing in folders of before."""
    found = read_metrics(inputs.check, "findings.json", FindingsMetrics, [])
    return found.findings if found else ()


# --- ladder -----------------------------------------------------------------------------------------------


def _ladder(project: Project, metrics: _StageMetrics, boards: tuple[BoardResult, ...]) -> Iterator[Rung]:
    """The rungs that were measured, from the teacher down to the boards."""
    train, distill, quantize = metrics.train, metrics.distill, metrics.quantize
    pruned, tuned = metrics.pruned, metrics.tuned
    teacher_bytes = train.bytes if train else None

    def rung(
        step: RungStep, title: str, what: str, scores: Scores | None, size: int | None
    ) -> Iterator[Rung]:
        if scores is not None and (test := quality_of(scores.test)) is not None:
            ratio = teacher_bytes / size if teacher_bytes and size else None
            validation = quality_of(scores.validation)
            yield Rung(
                step=step,
                title=title,
                what=what,
                test=test,
                validation=validation,
                bytes=size,
                compression=ratio,
                remark=remark_of(scores.test),
            )

    if train:
        what = f"{_teacher_name(project)}, float32{_parameters(train.parameters)}"
        yield from rung("teacher", "Teacher", what, train.teacher, teacher_bytes)
    if distill:
        network = f"{project.student.model}, float32{_parameters(distill.parameters)}"
        yield from rung(
            "baseline", "Baseline", f"{network}; labels only", distill.baseline, distill.float_bytes
        )
        what = f"{network}; distilled from the teacher"
        yield from rung("student", "Student", what, distill.student, distill.float_bytes)
    if pruned:
        yield from rung("pruned", "Pruned", _pruned_as(pruned), pruned.after, 4 * pruned.after.weights)
    if tuned:
        what = "the student on your own samples, on which all below are measured"
        yield from rung("untuned", "Own, before", what, tuned.before, None)
        yield from rung("tuned", "Fine-tuned", "the student, trained on your own samples", tuned.after, None)
    if quantize:
        what = "the float student as int8, nothing retrained, run by TFLM"
        yield from rung("ptq", "PTQ", what, quantize.ptq, None)
        yield from rung("qat", "QAT", "int8 simulated in float while training", quantize.qat, None)
        how = "through the same quantization-aware training" if quantize.qat else "calibrated alike"
        what = f"labels only, {how}, run by TFLM"
        alone = quantize.baseline
        yield from rung("baseline_int8", "Baseline, int8", what, alone, alone.bytes if alone else None)
        yield from rung("tflite", ".tflite", "int8 flatbuffer, run by TFLM", quantize.tflite, quantize.bytes)
    yield from _same_samples(boards)
    for board in sorted(boards, key=lambda each: each.kind != "host"):
        yield from _board_rung(board, teacher_bytes)


def _pruned_as(metrics: PruneMetrics) -> str:
    """What became of the student; zeros are no gain on the board."""
    before, after = metrics.before, metrics.after
    if metrics.method == "magnitude":
        sizes = f"gzipped {before.gzip_bytes:,} to {after.gzip_bytes:,} bytes as int8"
        return f"small weights set to zero: {sizes}; flash does not shrink"
    return f"whole channels out, trained again: {before.weights:,} to {after.weights:,} weights"


def _teacher_name(project: Project) -> str:
    names = " + ".join(public(model) for model in project.teacher.model)
    return f"{names} x {project.teacher.ensemble}" if project.teacher.ensemble > 1 else names


def _on_part(board: BoardResult, quantize: QuantizeMetrics | None) -> BoardResult:
    """``board`` with the size of the test split, where it was sent a part of it."""
    test = quantize.tflite.test if quantize else None
    if test is None or board.exactness is None or board.exactness.samples >= test.total:
        return board
    return board.model_copy(update={"of_samples": test.total})


def _same_samples(boards: tuple[BoardResult, ...]) -> Iterator[Rung]:
    """The .tflite on what boards were sent, where that was a part: never beside the whole alone."""
    seen: list[Quality] = []
    for board in boards:
        if board.of_samples is not None and board.oracle is not None and board.oracle not in seen:
            seen.append(board.oracle)
            what = "the int8 flatbuffer on the samples that the board was sent, drawn from the test split"
            title = f".tflite{_part(board)}"
            yield Rung(step="tflite", title=title, what=what, board=board.name, test=board.oracle)


def _samples(board: BoardResult) -> str:
    """What of the image is samples, which are no part of the model."""
    plan = board.plan
    return f", {plan.samples_bytes:,} of them {plan.samples} samples" if plan and plan.samples else ""


def _part(board: BoardResult) -> str:
    """``", 60 of 413"`` samples; nothing where it was all of them."""
    found = board.exactness
    return f", {found.samples} of {board.of_samples}" if found and board.of_samples is not None else ""


def _board_rung(board: BoardResult, teacher_bytes: int | None) -> Iterator[Rung]:
    if board.device is None:
        return
    if board.kind == "host":
        what = "the same C as a native process, asked over its serial port"
        title = f"C on the host{_part(board)}"
        yield Rung(
            step="host", title=title, what=what, board=board.name, test=board.device, remark=board.remark
        )
        return
    size = board.image.flash_bytes if board.image else None
    ratio = teacher_bytes / size if teacher_bytes and size else None
    title, what = (
        f"{board.name}{_part(board)}",
        f"{board.title}; bytes: the whole flash image{_samples(board)}",
    )
    yield Rung(
        step="device", title=title, what=what, board=board.name, test=board.device, bytes=size,
        compression=ratio, remark=board.remark,
    )  # fmt: skip


def _parameters(count: int | None) -> str:
    return f", {count:,} parameters" if count is not None else ""


# --- curves, confusion ------------------------------------------------------------------------------------


def _curves(metrics: _StageMetrics) -> Iterator[Curve]:
    distill, quantize = metrics.distill, metrics.quantize
    found: list[tuple[str, TrainMetrics | FineTuneMetrics | Scores | None]] = [("teacher", metrics.train)]
    found += [("baseline", distill.baseline), ("student", distill.student)] if distill else []
    found += [("tuned", metrics.tuned), ("qat", quantize.qat if quantize else None)]
    for name, trained in found:
        if trained and (curve := trained.curve) and curve.epoch:
            yield Curve(name=name, **curve.model_dump(), best=trained.best_epoch)


def _confusion(quantize: QuantizeMetrics | None, classes: tuple[str, ...] | None) -> Confusion | None:
    if quantize is None or not quantize.confusion:
        return None
    n = len(quantize.confusion)
    labels = classes if classes and len(classes) == n else tuple(str(i) for i in range(n))
    return Confusion(labels=labels, counts=quantize.confusion)


def _labels(quantize: QuantizeMetrics | None, classes: tuple[str, ...] | None) -> tuple[ClassResult, ...]:
    """Class by class, of several labels."""
    test = quantize.tflite.test if quantize else None
    if test is None:
        return ()
    names = classes or tuple(str(k) for k in range(len(test.thresholds)))
    return results_of_labels(names, test)


# --- what is not shown --------------------------------------------------------------------------------------


def not_run(stages: list[str]) -> list[str]:
    """``["model/train", "host/verify", "qemu-microbit/verify"]`` in words, one line per stage."""
    boards: dict[str, list[str]] = {}
    for folder, _, stage in (each.partition("/") for each in stages):
        boards.setdefault(stage, []).extend([folder] if folder != "model" else [])
    return [
        f"{stage} has not been run" + (f" for {', '.join(names)}" if names else "")
        for stage, names in boards.items()
    ]


def _no_baseline(project: Project, quantize: QuantizeMetrics | None) -> list[str]:
    """Why there is nothing to hold the int8 student against."""
    if quantize is None or quantize.baseline is not None:
        return []
    alone = [
        word
        for word, section in (("pruned", project.pruning), ("fine-tuned", project.fine_tuning))
        if section is not None
    ]
    return [f"an int8 baseline: only the student was {' and '.join(alone)}"] if alone else []


def _other_models(boards: tuple[BoardResult, ...], quantize: QuantizeMetrics | None) -> list[str]:
    """Boards whose figures do not belong to this ``model.tflite``."""
    if quantize is None:
        return []
    stale = (board.name for board in boards if set(board.models) - {quantize.sha256})
    return [
        f"{name} was generated from or verified with another model than this model.tflite" for name in stale
    ]
