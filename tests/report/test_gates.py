"""Gates: at the limit they pass, beyond it they fail, unmeasured they fail."""

from pathlib import Path

import pytest

from tests.report import made_up
from tinykd.project.schema import GatesSection, Project
from tinykd.report import Report, evaluate_gates
from tinykd.report.assemble import assemble_report


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
