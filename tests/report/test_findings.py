"""Models that know nothing are said to, in the terminal, in the ladder and on the page."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.report import made_up
from tinykd.project.schema import Project
from tinykd.report import Report, ReportInputs, evaluate_gates, summary_lines, write_report
from tinykd.report.assemble import assemble_report

REMARK = "no better than always naming the commonest class (190 right)"


def counted(samples: tuple[int, ...], right: tuple[int, ...], named: tuple[int, ...]) -> dict[str, Any]:
    by_class = {"samples": samples, "right": right, "named": named}
    return {"correct": sum(right), "total": sum(samples), "by_class": by_class}


CONSTANT = counted((190, 10), (190, 0), (200, 0))
GOOD = counted((190, 10), (188, 8), (190, 10))


def change(folder: Path, name: str, **values: Any) -> None:
    """Some metrics of a finished stage replaced; ``a__b`` is ``b`` within ``a``."""
    path = folder / name
    metrics = json.loads(path.read_text())
    for key, value in values.items():
        *outer, last = key.split("__")
        part = metrics
        for step in outer:
            part = part[step]
        part[last] = value
    path.write_text(json.dumps(metrics))


def build(folder: Path, teacher: Any, student: Any, classes: tuple[str, ...]) -> ReportInputs:
    """Everything below the teacher answers as ``student`` does."""
    inputs = made_up.stage_folders(folder / "build", ("host",), classes)
    change(inputs.train, "train.json", teacher__test=teacher)
    change(inputs.distill, "distill.json", baseline__test=student, student__test=student)
    values = {f"{step}__test": student for step in ("ptq", "qat", "baseline", "tflite")}
    change(inputs.quantize, "quantize.json", **values)
    change(inputs.boards["host"].verify, "verification.json", device=student, host=student)
    return inputs


def project(**sections: Any) -> Project:
    return Project.model_validate({"project": {"name": "x"}, "target": {"board": "host"}, **sections})


@pytest.fixture
def inputs(tmp_path: Path) -> ReportInputs:
    return build(tmp_path, GOOD, CONSTANT, ("ok", "bad"))


def test_a_constant_classifier_is_said_to_be_one(inputs: ReportInputs, tmp_path: Path) -> None:
    report = write_report(inputs, tmp_path / "out", project())
    lines = summary_lines(report)
    marked = [line.partition("  ")[0] for line in lines if line.endswith(f"<- {REMARK}")]
    assert marked == ["Baseline", "Student", "PTQ", "QAT", "Baseline, int8", ".tflite", "C on the host"]
    assert lines[0] == "step            accuracy  95 % interval  balanced    right    bytes  smaller"
    assert any(line.startswith("Teacher          98.00 %") and " 89.47 % " in line for line in lines)
    assert (
        "Note: Baseline (190 of 200 right), Student (190 of 200 right), PTQ (190 of 200 right), QAT (190 of "
        f"200 right), Baseline, int8 (190 of 200 right) and 2 more: {REMARK}." in lines
    )
    assert "Note: .tflite never names bad on the test split." in lines
    assert 'Note: To show rare classes as often as the others: balance = "sampling" in [data].' in lines
    assert lines[-1] == (
        "All 1 gates pass. None of them asks how good the model is ([gates] balanced_accuracy does)."
    )
    page = (tmp_path / "out/report.html").read_text()
    assert page.count(f"! {REMARK}") == 7 and "Before you trust these figures" in page
    assert (
        ".tflite never names bad on the test split." in page
        and '<th scope="col" class="num">Balanced' in page
    )
    data = json.loads((tmp_path / "out/report.json").read_text())
    assert data["ladder"][6]["remark"] == REMARK and data["ladder"][6]["test"]["balanced"] == 0.5
    assert len(data["findings"]) == 3


def test_balanced_accuracy_has_a_gate(inputs: ReportInputs) -> None:
    wanted = project(gates={"balanced_accuracy": 0.8})
    report = assemble_report(inputs, wanted)
    assert [gate.text for gate in report.gates if not gate.passed] == [
        "balanced_accuracy on host: 0.5, wanted ≥ 0.8"
    ]
    lines = summary_lines(report)
    assert lines[-1] == "FAILED balanced_accuracy on host: 0.5, wanted ≥ 0.8"
    passed = evaluate_gates(report, project(gates={"balanced_accuracy": 0.5}).gates)
    assert all(gate.passed for gate in passed)


def test_a_gate_on_what_older_files_do_not_hold_has_not_passed(tmp_path: Path) -> None:
    report = assemble_report(made_up.stage_folders(tmp_path / "build", ("host",)), project())
    (gate,) = (
        each
        for each in evaluate_gates(report, project(gates={"balanced_accuracy": 0.1}).gates)
        if each.name == "balanced_accuracy"
    )
    assert gate.text == "balanced_accuracy on host: not measured, wanted ≥ 0.1"


def test_balanced_accuracy_on_a_part_that_lacks_a_class(inputs: ReportInputs) -> None:
    """A constant classifier has all right of a part without its rare class: 0.87, and the gate passed."""
    part = counted((12, 0), (12, 0), (12, 0))
    some = {"samples": 12, "exact": 12, "within_one": 12, "same_class": 12}
    change(inputs.boards["host"].verify, "verification.json", device=part, host=part, **some)
    wanted = project(gates={"balanced_accuracy": 0.6})
    (gate,) = (g for g in assemble_report(inputs, wanted).gates if g.name == "balanced_accuracy")
    assert not gate.passed and gate.measured is not None and gate.measured < 0.5
    assert gate.note == "the lower end of 1 on 12 of 200 samples, of 1 of 2 classes"


def test_a_part_of_one_class_tells_nothing(inputs: ReportInputs) -> None:
    """All of 8 right was said to be no better than always naming the commonest class (8 right)."""
    part = counted((8, 0), (8, 0), (8, 0))
    some = {"samples": 8, "exact": 8, "within_one": 8, "same_class": 8}
    change(inputs.boards["host"].verify, "verification.json", device=part, host=part, **some)
    report = assemble_report(inputs, project())
    assert {rung.remark for rung in report.ladder if rung.title.endswith(", 8 of 200")} == {None}
    assert "C on the host" not in " ".join(report.findings)
    assert {rung.remark for rung in report.ladder if rung.step == "tflite" and not rung.board} == {REMARK}


def test_where_classes_were_balanced_it_is_not_advised(inputs: ReportInputs) -> None:
    report = assemble_report(inputs, project(data={"balance": "sampling"}))
    assert len(report.findings) == 2 and "sampling" not in " ".join(report.findings)


def test_a_student_that_names_two_of_three_classes(tmp_path: Path) -> None:
    found = counted((140, 40, 20), (135, 30, 0), (155, 45, 0))
    report = assemble_report(build(tmp_path, GOOD, found, ("a", "b", "c\n")), project())
    assert report.findings[0] == r".tflite never names c\n on the test split."
    assert [rung.remark for rung in report.ladder] == [None] * 8


def test_even_classes_that_are_told_apart_need_no_word(report: Report) -> None:
    assert report.findings == () and "balanced" not in summary_lines(report)[0]


def score(**values: float) -> dict[str, Any]:
    return {"total": 89, "low": -0.3, "high": 0.2, **values}


@pytest.mark.parametrize(
    ("task", "test", "remark"),
    [
        ("regression", score(r2=-0.25, mae=65.0), "no better than always answering the mean"),
        ("regression", score(r2=0.1, mae=65.0), "not shown to be better than always answering the mean"),
        ("anomaly", score(auc=0.5, correct=50), "no better than chance"),
    ],
)
def test_other_tasks(tmp_path: Path, task: str, test: dict[str, Any], remark: str) -> None:
    inputs = build(tmp_path, test, test, ("y",))
    report = assemble_report(inputs, project(project={"name": "x", "task": task}))
    assert {rung.remark for rung in report.ladder} == {remark}
    assert f": {remark}." in report.findings[0]
    assert "sampling" not in " ".join(report.findings)
    assert summary_lines(report)[-1].startswith("All 1 gates pass. None of them asks how good the model is ")


def test_a_regression_behind_ridge_regression_is_said_to_be(tmp_path: Path) -> None:
    ends = {"low": 0.1, "high": 0.6}
    teacher, student = score(r2=0.55, mae=40.0, **ends), score(r2=0.30, mae=50.0, **ends)
    inputs = build(tmp_path, teacher, student, ("y",))
    change(
        inputs.distill,
        "distill.json",
        yardstick={"name": "ridge regression", "test": score(r2=0.49, mae=43.0, **ends)},
    )
    report = assemble_report(inputs, project(project={"name": "x", "task": "regression"}))
    assert [rung.remark for rung in report.ladder] == [None, *["behind ridge regression (R² 0.4900)"] * 7]
    assert report.findings[0].endswith("and 2 more: behind ridge regression (R² 0.4900).")
    assert "Teacher" not in report.findings[0]
    assert summary_lines(report)[2].endswith("  <- behind ridge regression (R² 0.4900)")


@pytest.mark.parametrize(
    ("sections", "words"),
    [({"pruning": {}}, "pruned"), ({"fine_tuning": {"source": "x"}}, "fine-tuned")],
)
def test_why_there_is_no_int8_baseline(tmp_path: Path, sections: dict[str, Any], words: str) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("host",))
    change(inputs.quantize, "quantize.json", baseline=None)
    report = assemble_report(inputs, project(**sections))
    assert f"an int8 baseline: only the student was {words}" in report.missing
    assert report.shipped is None and "baseline_int8" not in {rung.step for rung in report.ladder}


def test_notes_on_the_data_are_repeated(tmp_path: Path) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("host",))
    change(inputs.train, "train.json", data={"notes": ["class <b>\x1b has 30 of 600"], "splits": {}})
    report = write_report(inputs, tmp_path / "out", project())
    assert any(line.startswith("Data: class <b>") and "\x1b" not in line for line in summary_lines(report))
    assert "Data: class &lt;b&gt;" in (tmp_path / "out/report.html").read_text()
