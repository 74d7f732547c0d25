"""From the stages' metrics to a ``Report``: joins, ratios and words; every figure comes from a file.

Leaves to others: reading (``inputs``), statistics (``intervals``, ``distilled``), gates, HTML (``page``).
"""

import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath, PureWindowsPath

from tinykd import __version__
from tinykd.files import sha256_file
from tinykd.project.schema import Project
from tinykd.report.distilled import judge_distillation
from tinykd.report.gates import evaluate_gates
from tinykd.report.inputs import (
    BoardInputs,
    Counts,
    CurveMetrics,
    DistillMetrics,
    ProgramMetrics,
    QuantizeMetrics,
    ReportInputs,
    Scores,
    SizeMetrics,
    TrainMetrics,
    VerificationMetrics,
    read_metrics,
)
from tinykd.report.model import (
    Accuracy,
    BoardResult,
    Buffer,
    Confusion,
    Curve,
    Exactness,
    Image,
    Layer,
    Link,
    MemoryMarks,
    Plan,
    Report,
    Rung,
    Section,
    Step,
    Timing,
)

PACKAGES = ("keras", "numpy", "tensorflow", "tensorflow-model-optimization", "tf-keras", "tflite-micro")


def assemble_report(inputs: ReportInputs, project: Project) -> Report:
    """Read what the stages left and put it together; what is missing is stated, not guessed."""
    missing: list[str] = []
    train = read_metrics(inputs.train, "train.json", TrainMetrics, missing)
    distill = read_metrics(inputs.distill, "distill.json", DistillMetrics, missing)
    quantize = read_metrics(inputs.quantize, "quantize.json", QuantizeMetrics, missing)
    sha256 = quantize.sha256 if quantize else None
    boards = tuple(board_result(name, folders, sha256, missing) for name, folders in inputs.boards.items())
    classes = inputs.classes or project.data.classes
    report = Report(
        project=project.project.name,
        classes=classes or (),
        settings=_settings(project),
        ladder=tuple(_ladder(project, train, distill, quantize, boards)),
        distillation=judge_distillation(distill),
        confusion=_confusion(quantize, classes),
        curves=tuple(_curves(train, distill, quantize)),
        boards=boards,
        hashes=_hashes(inputs, quantize),
        versions=_versions(),
        missing=tuple(missing),
    )
    return report.model_copy(update={"gates": tuple(evaluate_gates(report, project.gates))})


# --- ladder -----------------------------------------------------------------------------------------------


def _ladder(
    project: Project,
    train: TrainMetrics | None,
    distill: DistillMetrics | None,
    quantize: QuantizeMetrics | None,
    boards: tuple[BoardResult, ...],
) -> Iterator[Rung]:
    """The rungs that were measured, from the teacher down to the boards."""
    teacher_bytes = train.bytes if train else None

    def rung(step: Step, title: str, what: str, scores: Scores | None, size: int | None) -> Iterator[Rung]:
        if scores is not None and (test := _accuracy(scores.test)) is not None:
            ratio = teacher_bytes / size if teacher_bytes and size else None
            validation = _accuracy(scores.validation)
            yield Rung(
                step=step,
                title=title,
                what=what,
                test=test,
                validation=validation,
                bytes=size,
                compression=ratio,
            )

    if train:
        what = f"{_public(project.teacher.model)}, float32{_parameters(train.parameters)}"
        yield from rung("teacher", "Teacher", what, train.teacher, teacher_bytes)
    if distill:
        network = f"{project.student.model}, float32{_parameters(distill.parameters)}"
        yield from rung(
            "baseline", "Baseline", f"{network}; labels only", distill.baseline, distill.float_bytes
        )
        what = f"{network}; taught by the teacher"
        yield from rung("student", "Student", what, distill.student, distill.float_bytes)
    if quantize:
        yield from rung("qat", "QAT", "int8 simulated in float while training", quantize.qat, None)
        yield from rung("tflite", ".tflite", "int8 flatbuffer, run by TFLM", quantize.tflite, quantize.bytes)
    for board in sorted(boards, key=lambda each: each.kind != "host"):
        yield from _board_rung(board, teacher_bytes)


def _board_rung(board: BoardResult, teacher_bytes: int | None) -> Iterator[Rung]:
    if board.device is None:
        return
    if board.kind == "host":
        what = "the same C as a native process, asked over its serial port"
        yield Rung(step="host", title="C on the host", what=what, board=board.name, test=board.device)
        return
    size = board.image.flash_bytes if board.image else None
    ratio = teacher_bytes / size if teacher_bytes and size else None
    what = f"{board.title}; bytes: the whole flash image"
    yield Rung(
        step="device", title=board.name, what=what, board=board.name, test=board.device, bytes=size,
        compression=ratio,
    )  # fmt: skip


def _parameters(count: int | None) -> str:
    return f", {count:,} parameters" if count is not None else ""


def _accuracy(counts: Counts | None) -> Accuracy | None:
    return Accuracy.of(counts.correct, counts.total) if counts and counts.total else None


# --- curves, confusion ------------------------------------------------------------------------------------


def _curves(
    train: TrainMetrics | None, distill: DistillMetrics | None, quantize: QuantizeMetrics | None
) -> Iterator[Curve]:
    found: list[tuple[str, CurveMetrics | None]] = []
    if train:
        found.append(("teacher", train.curve or train.teacher.curve))
    if distill:
        found.append(("baseline", distill.baseline.curve if distill.baseline else None))
        found.append(("student", distill.student.curve))
    if quantize:
        found.append(("qat", quantize.qat.curve if quantize.qat else None))
    for name, curve in found:
        if curve and curve.epoch:
            yield Curve(name=name, **curve.model_dump())


def _confusion(quantize: QuantizeMetrics | None, classes: tuple[str, ...] | None) -> Confusion | None:
    if quantize is None or not quantize.confusion:
        return None
    n = len(quantize.confusion)
    labels = classes if classes and len(classes) == n else tuple(str(i) for i in range(n))
    return Confusion(labels=labels, counts=quantize.confusion)


# --- boards -----------------------------------------------------------------------------------------------


def board_result(name: str, folders: BoardInputs, sha256: str | None, missing: list[str]) -> BoardResult:
    """One board's files, joined with what its TOML says of it; ``sha256``: of the model of this report."""
    from tinykd.boards import load_board

    board = load_board(name)
    program = read_metrics(folders.generate, "program.json", ProgramMetrics, missing)
    if program and program.sha256 and sha256 and program.sha256 != sha256:
        missing.append(f"{name} was generated from another model than this model.tflite")
    size = read_metrics(folders.build, "size.json", SizeMetrics, missing)
    verification = read_metrics(folders.verify, "verification.json", VerificationMetrics, missing)
    if verification and verification.model and sha256 and verification.model.sha256 != sha256:
        missing.append(f"{name} was verified with another model than this model.tflite")
    return BoardResult(
        name=name,
        title=board.title,
        mcu=board.mcu,
        core=str(board.core),
        kind=board.kind,
        image=_image(size, board.flash_bytes, board.ram_bytes) if size else None,
        plan=plan_of(program, verification.layer_ticks if verification else ()) if program else None,
        exactness=_exactness(verification) if verification else None,
        device=_accuracy(verification.device) if verification else None,
        oracle=_accuracy(verification.host) if verification else None,
        timing=_timing(verification) if verification else None,
        marks=_marks(verification) if verification else None,
        link=Link(**verification.link.model_dump()) if verification and verification.link else None,
        compiler=verification.firmware.compiler if verification and verification.firmware else "",
    )


def plan_of(program: ProgramMetrics, ticks: tuple[float, ...] = ()) -> Plan:
    """``program.json`` as a plan; ``ticks`` per layer where the board was asked for a profile."""
    known = ticks if len(ticks) == len(program.layers) else (None,) * len(program.layers)
    layers = (
        Layer(**layer.model_dump(), ticks=tick) for layer, tick in zip(program.layers, known, strict=True)
    )
    return Plan(
        arena_bytes=program.arena_bytes,
        lower_bound_bytes=program.lower_bound_bytes,
        weights_bytes=program.weights_bytes,
        macs=program.macs,
        layers=tuple(layers),
        buffers=tuple(Buffer(**buffer.model_dump()) for buffer in program.buffers),
    )


def _image(size: SizeMetrics, flash_budget: int, ram_budget: int) -> Image:
    sections = (Section(**section.model_dump()) for section in size.sections if section.bytes)
    return Image(
        flash_bytes=size.flash_bytes,
        ram_bytes=size.ram_bytes,
        stack_bytes=size.stack_bytes,
        flash_budget=size.flash_budget or flash_budget,
        ram_budget=size.ram_budget or ram_budget,
        sections=tuple(sections),
    )


def _exactness(found: VerificationMetrics) -> Exactness:
    return Exactness(
        oracle=found.oracle,
        samples=found.samples,
        exact=found.exact,
        within_one=found.within_one,
        same_class=found.same_class,
        max_difference=found.max_difference,
        first_difference=found.first_difference,
    )


def _timing(found: VerificationMetrics) -> Timing | None:
    return Timing(**found.ticks.model_dump()) if found.ticks else None


def _marks(found: VerificationMetrics) -> MemoryMarks:
    return MemoryMarks(
        stack_used=found.stack_used, stack_bytes=found.stack_bytes, arena_bytes=found.arena_bytes
    )


# --- provenance -------------------------------------------------------------------------------------------


def _hashes(inputs: ReportInputs, quantize: QuantizeMetrics | None) -> dict[str, str]:
    """SHA-256 of what was taught, exported and flashed, by file name."""
    found = {"model.tflite": quantize.sha256} if quantize else {}
    files = {"teacher.keras": inputs.train / "teacher.keras"}
    files |= {
        f"{name}/firmware.elf": folders.build / "firmware.elf" for name, folders in inputs.boards.items()
    }
    found |= {name: sha256_file(path) for name, path in files.items() if path.is_file()}
    return found


def _versions() -> dict[str, str]:
    """tinykd, Python and the packages that decide the figures, as installed where the report is written."""
    found = {"tinykd": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _settings(project: Project) -> dict[str, dict[str, str]]:
    """The project file with its defaults filled in, as text, without this machine's folders."""
    dump = project.model_dump(mode="json")
    return {
        section: {key: _setting(value) for key, value in keys.items() if value is not None}
        for section, keys in dump.items()
    }


def _setting(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_setting(each) for each in value)
    return _public(value) if isinstance(value, str) else str(value)


def _public(text: str) -> str:
    """``text``, or only the last part of it when it is an absolute path of this machine."""
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute():
        return f"…/{Path(text.replace(chr(92), '/')).name}"
    return text
