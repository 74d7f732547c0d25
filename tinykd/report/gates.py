"""The project file's [gates] held against a report. What was not measured has not passed.

The accuracy drop is counted in percentage points (of R², AUC or F1 where there are no classes) from the float
student to the device: what the int8 model loses on the whole test split, plus what the board loses against
the oracle on the samples it was sent.
Where a board was sent a part of the test split, what decides is the end of the 95 % interval on the gate's
wrong side: a part that happens to be easy opens no gate. Exactness is counted, not estimated.
A host process has no flash and no RAM to run out of, so the memory gates do not ask it.
"""

from collections.abc import Iterator

from tinykd.intervals import paired_difference
from tinykd.project.schema import GatesSection
from tinykd.report.model import (
    Accuracy,
    BoardResult,
    Detection,
    Fit,
    GateResult,
    Objects,
    Quality,
    Report,
    SeveralLabels,
)

EVENT_GATES = ("misses", "false_alarms_per_hour")


def evaluate_gates(report: Report, gates: GatesSection) -> list[GateResult]:
    """Every gate of every board, in the order of the project file; the exit code is 1 unless all pass."""
    events = list(_event_gates(report, gates))
    if not report.boards:
        return [_result("exact_percent", None, None, gates.exact_percent, at_least=True), *events]
    return [result for board in report.boards for result in _board_gates(report, board, gates)] + events


def _event_gates(report: Report, gates: GatesSection) -> Iterator[GateResult]:
    """Of what `tinykd tune` measured, on no board."""
    found = report.events
    note = "" if found else "`tinykd tune` measures it"
    for name in EVENT_GATES:
        limit = getattr(gates, name)
        if limit is not None:
            yield _result(name, None, getattr(found, name, None), limit, at_least=False, note=note)


def accuracy_drop_points(report: Report, board: BoardResult) -> float | None:
    """Percentage points lost from the float student to ``board``; negative when the device is better."""
    rates = {rung.step: rung.test.value for rung in report.ladder if rung.board is None}
    student = rates.get("tuned", rates.get("student"))  # fine-tuned: both on the samples that it was tuned on
    if student is None or "tflite" not in rates or board.device is None or board.oracle is None:
        return None
    return 100 * (student - rates["tflite"] + _lost_on_board(board, board.oracle, board.device))


def _lost_on_board(board: BoardResult, oracle: Quality, device: Quality) -> float:
    """What the board loses against the oracle; on a part of the samples, what it may lose at most."""
    exact = board.exactness
    if board.of_samples is None or exact is None or exact.exact == exact.samples:
        return oracle.value - device.value
    if not isinstance(oracle, Accuracy) or not isinstance(device, Accuracy) or exact.same_class is None:
        return oracle.value - device.low
    others, lost = exact.samples - exact.same_class, oracle.correct - device.correct
    only_oracle = min(others, (others + lost + 1) // 2)  # of the samples with another class: at most so many
    return paired_difference(only_oracle, only_oracle - lost, device.total).high


def _board_gates(report: Report, board: BoardResult, gates: GatesSection) -> Iterator[GateResult]:
    name, image = board.name, board.image
    exact = board.exactness
    exact_percent = 100 * exact.exact / exact.samples if exact and exact.samples else None
    yield _result("exact_percent", name, exact_percent, gates.exact_percent, at_least=True)
    yield from _quality_gates(report, board, gates)
    if gates.accuracy_drop_points is not None:
        drop = accuracy_drop_points(report, board)
        yield _result("accuracy_drop_points", name, drop, gates.accuracy_drop_points, at_least=False)
    if board.kind == "host":
        return
    if gates.flash_bytes is not None:
        used = float(image.flash_bytes) if image else None
        yield _result("flash_bytes", name, used, gates.flash_bytes, at_least=False)
    if gates.ram_bytes is not None:
        used = float(image.ram_bytes) if image else None
        yield _result("ram_bytes", name, used, gates.ram_bytes, at_least=False)


def _quality_gates(report: Report, board: BoardResult, gates: GatesSection) -> Iterator[GateResult]:
    found, part = board.device, board.of_samples is not None
    rates: tuple[tuple[str, float | None, tuple[type[Quality], ...]], ...] = (
        ("accuracy", gates.accuracy, (Accuracy,)),
        ("r2", gates.r2, (Fit,)),
        ("auc", gates.auc, (Detection,)),
        ("f1", gates.f1, (Objects, SeveralLabels)),
    )
    for gate, limit, kind in rates:
        if limit is not None:
            known = found if isinstance(found, kind) and found.total else None
            value = (known.low if part else known.value) if known else None
            note = _on_part(board, "lower", known.value) if known else ""
            yield _result(gate, board.name, value, limit, at_least=True, note=note)
    if gates.mean_ap is not None:
        yield _mean_ap(board, gates.mean_ap)
    if gates.balanced_accuracy is not None:
        yield _balanced(report, board, gates.balanced_accuracy)
    if gates.mae is not None:
        fit = found if isinstance(found, Fit) else None
        mae = (fit.mae_high if part else fit.mae) if fit else None
        note = _on_part(board, "upper", fit.mae) if fit else ""
        yield _result("mae", board.name, mae, gates.mae, at_least=False, note=note)


def _mean_ap(board: BoardResult, limit: float) -> GateResult:
    """Of several labels."""
    found = board.device if isinstance(board.device, SeveralLabels) else None
    part = board.of_samples is not None
    value = (found.mean_ap_low if part else found.mean_ap) if found else None
    note = _on_part(board, "lower", found.mean_ap) if found else ""
    return _result("mean_ap", board.name, value, limit, at_least=True, note=note)


def _balanced(report: Report, board: BoardResult, limit: float) -> GateResult:
    """On a part, classes that the board was sent no sample of may have nothing right."""
    found = board.device if isinstance(board.device, Accuracy) else None
    if found is None or found.balanced is None or found.balanced_low is None:
        return _result("balanced_accuracy", board.name, None, limit, at_least=True)
    if board.of_samples is None:
        return _result("balanced_accuracy", board.name, found.balanced, limit, at_least=True)
    seen, there = found.classes or 0, _classes(report)
    value, note = found.balanced_low, _on_part(board, "lower", found.balanced)
    if seen < there:
        value, note = value * seen / there, f"{note}, of {seen} of {there} classes"
    return _result("balanced_accuracy", board.name, value, limit, at_least=True, note=note)


def _classes(report: Report) -> int:
    """How many classes the whole test split has samples of; 0 where that is not known."""
    whole = next((rung.test for rung in report.ladder if rung.step == "tflite" and not rung.board), None)
    return (whole.classes or 0) if isinstance(whole, Accuracy) else 0


def _on_part(board: BoardResult, end: str, value: float) -> str:
    """Where what decides comes from; nothing where all samples were sent."""
    if board.of_samples is None or board.exactness is None:
        return ""
    return f"the {end} end of {value:.6g} on {board.exactness.samples} of {board.of_samples} samples"


def _result(
    name: str, board: str | None, measured: float | None, limit: float, at_least: bool, note: str = ""
) -> GateResult:
    # A difference of two rates may miss a round limit by an ulp; a billionth of a point decides nothing.
    passed = measured is not None and (measured >= limit - 1e-9 if at_least else measured <= limit + 1e-9)
    found = "not measured" if measured is None else f"{measured:.6g}"
    sign = "≥" if at_least else "≤"
    where = f" on {board}" if board else ""
    end = f" ({note})" if note else ""
    text = f"{name}{where}: {found}, wanted {sign} {limit:.6g}{end}"
    return GateResult(
        name=name, board=board, measured=measured, limit=limit, at_least=at_least, passed=passed, text=text,
        note=note,
    )  # fmt: skip
