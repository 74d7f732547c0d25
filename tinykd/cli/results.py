"""What a pipeline verb says at its end, read from the files that the stages wrote."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.display.verdict import verdict_lines
from tinykd.engine.stage import FIRMWARE, Step
from tinykd.pipeline.run import RunResult
from tinykd.text import table_lines
from tinykd.training.classes import ByClass, beside_chance, beside_mean

BAR = 20  # characters of a bar


@dataclass(frozen=True)
class VerbResult:
    """``value`` for ``--json``, ``lines`` for people, and whether the gates that it touches hold."""

    value: Any
    lines: list[str]
    passed: bool = True


def result_of(done: RunResult, stage: str) -> VerbResult:
    """The result after stage ``stage``."""
    if stage == "report":
        return _report(done)
    files = {_place(step): _metrics(done.space.folder(step), stage) for step in _steps(done, stage)}
    gates = _failed_gates(done, _GATES[stage]) if stage in _GATES else []
    lines = [line for place, value in files.items() for line in _LINES[stage](place, value)]
    return VerbResult({"stage": stage, "results": files, "failed_gates": gates}, [*lines, *gates], not gates)


def _steps(done: RunResult, stage: str) -> list[Step]:
    return [ran.step for ran in done.ran if ran.step.stage.name == stage]


def _place(step: Step) -> str:
    return step.board or step.stage.name


_FILES = {
    "train": "train.json",
    "distill": "distill.json",
    "quantize": "quantize.json",
    "generate": "program.json",
    "build": "size.json",
    "flash": "flash.json",
    "verify": "verification.json",
}


def _metrics(folder: Path, stage: str) -> Any:
    return json.loads((folder / _FILES[stage]).read_text())


def _report(done: RunResult) -> VerbResult:
    from tinykd.report import Report, summary_lines

    folder = done.folder("report")
    raw = (folder / "report.json").read_text()
    report = Report.model_validate_json(raw)
    lines = ["", *summary_lines(report), "", f"Report: {folder / 'report.html'}"]
    return VerbResult(json.loads(raw), lines, report.passed)


_GATES: dict[str, tuple[str, ...] | None] = {"verify": None, "build": ("flash_bytes", "ram_bytes")}


def _failed_gates(done: RunResult, names: tuple[str, ...] | None) -> list[str]:
    """Of those ``names``; None: of all but those on events, which no board is asked."""
    from tinykd.report import ReportInputs, evaluate_gates
    from tinykd.report.assemble import assemble_report
    from tinykd.report.gates import EVENT_GATES

    space = done.space
    report = assemble_report(ReportInputs.of_build(space.build, space.boards), space.project)
    gates = evaluate_gates(report, space.project.gates)
    wanted = set(names or {gate.name for gate in gates}.difference(EVENT_GATES))
    asked = [gate for gate in gates if gate.name in wanted]
    return [f"FAILED {gate.text}" for gate in asked if not gate.passed]


def _accuracy(score: dict[str, Any]) -> str:
    """A score of ``training.scores`` in words, and whether it is worth anything."""
    if score.get("r2") is not None:
        remark = beside_mean(score["r2"], score["low"])
        return _with(f"R² {score['r2']:.4f}, mean absolute error {score['mae']:.4g}", remark)
    if score.get("mean_ap") is not None:
        remark = beside_chance(score["mean_ap"], score["mean_ap_low"], score["chance"])
        right = f"every class right in {score['all_right']}/{score['total']}"
        return _with(f"F1 {score['f1']:.4f}, mAP {score['mean_ap']:.4f}, {right}", remark)
    if score.get("f1") is not None:
        remark = None if score["right"] else "no object is found"
        return _with(f"F1 {score['f1']:.4f}, {score['right']}/{score['there']} objects found", remark)
    counts = f"{score['correct']}/{score['total']} right"
    if score.get("auc") is not None:
        remark = beside_chance(score["auc"], score["low"])
        return _with(f"AUC {score['auc']:.4f}, {counts} at the threshold", remark)
    text = f"{counts} ({100 * score['correct'] / score['total']:.2f} %)"
    if not (known := score.get("by_class")):
        return text
    found = ByClass(**{name: tuple(values) for name, values in known.items()})
    text += f", balanced accuracy {100 * found.balanced:.2f} %" if found.uneven else ""
    return _with(text, found.remark)


def _with(text: str, remark: str | None) -> str:
    return f"{text}, {remark}," if remark else text


def _train_lines(place: str, value: Any) -> list[str]:
    accuracy = _accuracy(value["teacher"]["test"])
    return [f"teacher: {accuracy} on the test split, {value['parameters']:,} parameters"]


def _distill_lines(place: str, value: Any) -> list[str]:
    return [
        f"baseline: {_accuracy(value['baseline']['test'])} on the test split",
        f"student:  {_accuracy(value['student']['test'])}, {value['parameters']:,} parameters",
    ]


def _quantize_lines(place: str, value: Any) -> list[str]:
    alone = value.get("baseline")
    beside = [f"baseline, int8: {_accuracy(alone['test'])}"] if alone else []
    return [
        *beside,
        f"model.tflite: {_accuracy(value['tflite']['test'])} on the test split, {value['bytes']:,} bytes",
        f"sha256 {value['sha256']}",
    ]


def _generate_lines(place: str, value: Any) -> list[str]:
    return [
        f"{place}: arena {value['arena_bytes']:,} B, weights {value['weights_bytes']:,} B, "
        f"{value['macs']:,} MACs; the project is {FIRMWARE}/{place}"
    ]


def _build_lines(place: str, value: Any) -> list[str]:
    return size_lines(place, value)


def size_lines(place: str, value: Any) -> list[str]:
    """A table of what the firmware takes of the board's memories; a process of this machine has no limits."""
    if place == "host":
        return [f"{place}: flash {value['flash_bytes']:,} B, RAM {value['ram_bytes']:,} B"]
    rows = [
        _memory(memory, value[f"{memory.lower()}_bytes"], value[f"{memory.lower()}_budget"])
        for memory in ("flash", "RAM")
    ]
    stack = value["stack_bytes"]
    lines = table_lines((place, "used B", "board has B", "share", ""), rows)
    return [*lines, f"{stack:,} B of the RAM are reserved for the stack"] if stack else lines


def _memory(name: str, used: int, has: int) -> tuple[str, ...]:
    bar = "#" * min(BAR, round(BAR * used / has))
    return name, f"{used:,}", f"{has:,}", f"{100 * used / has:.1f} %", f"[{bar.ljust(BAR)}]"


def _flash_lines(place: str, value: Any) -> list[str]:
    if "benchmark" in value:
        return [f"{place}: speaks MLPerf Tiny's grammar, benchmark {value['benchmark']}"]
    where = f" on {value['port']}" if value.get("port") else ""
    return [f"{place}: answers{where} with model {value['model_sha256'][:12]}…"]


_LINES: dict[str, Callable[[str, Any], list[str]]] = {
    "train": _train_lines,
    "distill": _distill_lines,
    "quantize": _quantize_lines,
    "generate": _generate_lines,
    "build": _build_lines,
    "flash": _flash_lines,
    "verify": verdict_lines,
}
