"""The report as a few lines for a terminal: what ``tinykd run`` prints at its end."""

from collections.abc import Iterable, Sequence

from tinykd.errors import one_line
from tinykd.project.values import TaskName
from tinykd.report.axis import balanced, detail, ends, figure
from tinykd.report.class_results import ClassResult
from tinykd.report.confidence import confidence_sentence
from tinykd.report.model import Accuracy, BoardResult, Report, Rung
from tinykd.report.times import time_text
from tinykd.text import rate_text, table_lines

_GATES: dict[TaskName, str] = {
    "classification": "balanced_accuracy",
    "multilabel": "f1",
    "regression": "r2",
    "anomaly": "auc",
    "detection": "f1",
}
_NOTE = 400  # characters of a note on the data, which names the user's classes and files


def summary_lines(report: Report) -> list[str]:
    """The ladder and the boards as aligned tables, a sentence on distillation, the gates that fail."""
    lines = [*ladder_lines(report), ""] if report.ladder else []
    lines += [*_board_table(report), ""] if report.boards else []
    oracles = dict.fromkeys(board.exactness.oracle for board in report.boards if board.exactness)
    lines += [f"Outputs are compared with those of {oracle}." for oracle in oracles]
    lines += time_lines(report.boards)
    lines += weakest(report.by_class)
    lines += [confidence_sentence(report.confidence)] if report.confidence else []
    lines.append(report.distillation.sentence)
    lines += [report.shipped.sentence] if report.shipped else []
    lines += filter(None, [report.distillation.over_distillation])
    lines += [f"Note: {text}" for text in report.findings]
    lines += [f"Data: {one_line(text, _NOTE)}" for text in report.notes]
    lines += [f"Not shown: {text}" for text in report.missing]
    failed = [gate for gate in report.gates if not gate.passed]
    lines += [f"FAILED {gate.text}" for gate in failed]
    if report.gates and not failed:
        lines.append(f"All {len(report.gates)} gates pass.{unasked(report)}")
    return lines


def time_lines(boards: Iterable[BoardResult]) -> list[str]:
    """Milliseconds of the boards of which they are known or estimated."""
    known = [(board.name, board.speed) for board in boards if board.speed and board.kind != "host"]
    return [
        f"{name}: {time_text(speed)} ms per inference, {rate_text(speed.per_second)} a second"
        + (f", estimated for a {speed.board}." if not speed.measured else ".")
        for name, speed in known
    ]


def weakest(classes: Sequence[ClassResult], shown: int = 3) -> list[str]:
    """The classes with the least F1 in a line, where there are more than are shown and any is wrong."""
    poor = sorted((each for each in classes if each.f1 is not None), key=lambda each: each.f1 or 0.0)
    if len(poor) <= shown or poor[0].f1 == 1.0:
        return []
    names = (f"{one_line(each.name, 40)} ({each.f1:.3f})" for each in poor[:shown])
    return [f"Weakest classes by F1: {', '.join(names)}."]


def unasked(report: Report) -> str:
    """That gates which pass say nothing of a model that knows nothing; else nothing."""
    gate = _GATES[report.task]
    asked = {"accuracy", "mae", *_GATES.values()} & {each.name for each in report.gates}
    worthless = any(rung.remark for rung in report.ladder if rung.step in ("tflite", "host", "device"))
    if asked or not worthless:
        return ""
    return f" None of them asks how good the model is ([gates] {gate} does)."


def ladder_lines(report: Report) -> list[str]:
    """The ladder as an aligned table."""
    header, *rows = ladder_table(report)
    return table_lines(header, rows)


def ladder_table(report: Report) -> list[tuple[str, ...]]:
    """Header and a row for each rung; a last column where some are not better than what needs no model."""
    uneven = has_uneven_classes(report.ladder)
    rows = [_header(report.task, uneven), *(_row(rung, uneven) for rung in report.ladder)]
    remarks = ["", *(f"<- {rung.remark}" if rung.remark else "" for rung in report.ladder)]
    return [(*row, text) for row, text in zip(rows, remarks, strict=True)] if any(remarks) else rows


FIGURES = {
    "classification": ("accuracy", "right"),
    "multilabel": ("F1", "every class right, mAP"),
    "regression": ("R²", "error"),
    "anomaly": ("AUC", "right at the threshold"),
    "detection": ("F1", "objects found, AP50"),
}
CURVES: dict[TaskName, str] = {
    "classification": "",
    "multilabel": "F1",
    "regression": "R²",
    "anomaly": "R²",
    "detection": "F1",
}
_BOARD_HEADER = ("board", "exact", "within 1 LSB", "same class", "flash", "RAM", "per inference")


def has_uneven_classes(ladder: Sequence[Rung]) -> bool:
    """Whether balanced accuracy belongs beside accuracy."""
    return any(isinstance(rung.test, Accuracy) and rung.test.uneven for rung in ladder)


def _header(task: TaskName, uneven: bool) -> tuple[str, ...]:
    figure_name, detail_name = FIGURES[task]
    balanced = ("balanced",) if uneven else ()
    return ("step", figure_name, "95 % interval", *balanced, detail_name, "bytes", "smaller")


def _board_table(report: Report) -> list[str]:
    """Without the column of classes where there are none."""
    rows = [_BOARD_HEADER, *map(_board_row, report.boards)]
    if report.task != "classification":
        rows = [(*row[:3], *row[4:]) for row in rows]
    return table_lines(rows[0], rows[1:])


def _row(rung: Rung, uneven: bool) -> tuple[str, ...]:
    test = rung.test
    return (
        rung.title,
        figure(test),
        ends(test),
        *((balanced(test),) if uneven else ()),
        detail(test),
        f"{rung.bytes:,}" if rung.bytes is not None else "",
        f"{rung.compression:.1f} x" if rung.compression is not None and rung.step != "teacher" else "",
    )


def _board_row(board: BoardResult) -> tuple[str, ...]:
    exact, timing = board.exactness, board.timing
    image = board.image if board.kind != "host" else None
    return (
        board.name,
        f"{exact.exact}/{exact.samples}" if exact else "not verified",
        f"{exact.within_one}/{exact.samples}" if exact else "",
        f"{exact.same_class}/{exact.samples}" if exact and exact.same_class is not None else "",
        f"{image.flash_bytes:,}" if image else "",
        f"{image.ram_bytes:,}" if image else "",
        f"{timing.median:,.0f} {timing.unit}" if timing else "",
    )
