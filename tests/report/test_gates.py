"""Gates: at the limit they pass, beyond it they fail, unmeasured they fail."""

from pathlib import Path
from typing import Any

import pytest

from tests.report import made_up
from tinykd.project.schema import GatesSection, Project
from tinykd.report import Report, evaluate_gates, summary_lines
from tinykd.report.assemble import assemble_report
from tinykd.report.gates import accuracy_drop_points


def texts(report: Report, **gates: object) -> list[str]:
    return [
        gate.text for gate in evaluate_gates(report, GatesSection.model_validate(gates)) if not gate.passed
    ]


def test_all_pass_at_their_limits(report: Report) -> None:
    drop = 100 * (353 - 352) / 360
    assert (
        texts(report, accuracy=352 / 360, accuracy_drop_points=drop, flash_bytes=24_280, ram_bytes=7_480)
        == []
    )


@pytest.mark.parametrize(
    ("gates", "failed"),
    [
        ({"accuracy": 0.98}, "accuracy on host: 0.977778, wanted ≥ 0.98"),
        ({"accuracy_drop_points": 0.2}, "accuracy_drop_points on host: 0.277778, wanted ≤ 0.2"),
        ({"flash_bytes": 24_279}, "flash_bytes on qemu-mps2-an386: 24280, wanted ≤ 24279"),
        ({"ram_bytes": 7_479}, "ram_bytes on qemu-mps2-an386: 7480, wanted ≤ 7479"),
    ],
)
def test_beyond_the_limit_fails(report: Report, gates: dict[str, object], failed: str) -> None:
    assert texts(report, **gates)[0] == failed


def test_one_differing_output_fails_the_exactness_gate(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("host",))
    made_up.write(inputs.boards["host"].verify, "verification.json", made_up.verification() | {"exact": 359})
    report = assemble_report(inputs, project)
    assert texts(report) == ["exact_percent on host: 99.7222, wanted ≥ 100"]
    assert texts(report, exact_percent=99.0) == []


def on_part(tmp_path: Path, project: Project, **changes: Any) -> Report:
    """The host was sent 60 of the 360 test samples."""
    inputs = made_up.stage_folders(tmp_path / "build", ("host",))
    some = {"samples": 60, "exact": 60, "within_one": 60, "same_class": 60}
    scores = {"device": made_up.counts(59, 60), "host": made_up.counts(59, 60)}
    value = made_up.verification() | some | scores | changes
    made_up.write(inputs.boards["host"].verify, "verification.json", value)
    return assemble_report(inputs, project)


def test_a_part_of_the_test_split_passes_by_the_end_of_its_interval(tmp_path: Path, project: Project) -> None:
    report = on_part(tmp_path, project)
    assert texts(report) == []  # exactness is counted
    assert texts(report, accuracy=0.91) == []
    assert texts(report, accuracy=0.95) == [
        "accuracy on host: 0.911449, wanted ≥ 0.95 (the lower end of 0.983333 on 60 of 360 samples)"
    ]
    assert texts(report, accuracy_drop_points=0.3) == []  # nothing is lost where outputs are equal


def test_what_a_part_may_hide_is_lost(tmp_path: Path, project: Project) -> None:
    differing = {"exact": 50, "within_one": 60, "same_class": 58, "device": made_up.counts(57, 60)}
    report = on_part(tmp_path, project, **differing)
    drop = accuracy_drop_points(report, report.boards[0])
    assert drop is not None and drop > 100 * (353 - 352) / 360 + 100 * 2 / 60
    assert texts(report, exact_percent=0, accuracy_drop_points=4) == [
        f"accuracy_drop_points on host: {drop:.6g}, wanted ≤ 4"
    ]


@pytest.mark.parametrize(
    ("task", "score", "gates", "failed"),
    [
        (
            "regression",
            {"total": 60, "r2": 0.9, "low": 0.8, "high": 0.95, "mae": 1.0, "mae_high": 1.25},
            {"r2": 0.85, "mae": 1.2},
            [
                "r2 on host: 0.8, wanted ≥ 0.85 (the lower end of 0.9 on 60 of 360 samples)",
                "mae on host: 1.25, wanted ≤ 1.2 (the upper end of 1 on 60 of 360 samples)",
            ],
        ),
        (
            "anomaly",
            {"total": 60, "correct": 50, "auc": 0.9, "low": 0.75, "high": 0.97},
            {"auc": 0.8},
            ["auc on host: 0.75, wanted ≥ 0.8 (the lower end of 0.9 on 60 of 360 samples)"],
        ),
    ],
)
def test_other_scores_on_a_part(
    tmp_path: Path, project: Project, task: str, score: Any, gates: dict[str, object], failed: list[str]
) -> None:
    assert texts(on_part(tmp_path, project, device=score, host=score), **gates) == failed


def test_the_ladder_has_the_flatbuffer_on_the_same_part(tmp_path: Path, project: Project) -> None:
    """``.tflite`` of all beside ``C on the host`` of a few is no comparison."""
    report = on_part(tmp_path, project, host=made_up.counts(58, 60))
    *_, whole, part, host = [(rung.title, rung.test.correct, rung.test.total) for rung in report.ladder]  # type: ignore[union-attr]
    assert (whole, part) == ((".tflite", 352, 360), (".tflite, 60 of 360", 58, 60))
    assert host == ("C on the host, 60 of 360", 59, 60)
    assert any(line.startswith("C on the host, 60 of 360 ") for line in summary_lines(report))


def test_the_ladder_says_what_of_an_image_is_samples(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("qemu-microbit",))
    carried = {"samples": 20, "samples_bytes": 1_280}
    made_up.write(inputs.boards["qemu-microbit"].generate, "program.json", made_up.program() | carried)
    rung = assemble_report(inputs, project).ladder[-1]
    assert rung.what.endswith("; bytes: the whole flash image, 1,280 of them 20 samples")


def test_what_was_not_measured_has_not_passed(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", ("qemu-mps2-an386",))
    for path in tmp_path.rglob("verification.json"):
        path.unlink()
    report = assemble_report(inputs, project)
    assert texts(report, accuracy=0.1) == [
        "exact_percent on qemu-mps2-an386: not measured, wanted ≥ 100",
        "accuracy on qemu-mps2-an386: not measured, wanted ≥ 0.1",
    ]


def test_no_board_at_all_fails(tmp_path: Path, project: Project) -> None:
    report = assemble_report(made_up.stage_folders(tmp_path / "build", ()), project)
    assert texts(report) == ["exact_percent: not measured, wanted ≥ 100"]
