"""What ``tinykd tune`` measured, in the report: shown and gated where it is of this model."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report import made_up
from tinykd.errors import DataError
from tinykd.project.schema import GatesSection, Project
from tinykd.report import Report, evaluate_gates
from tinykd.report.assemble import assemble_report
from tinykd.report.event_charts import event_curves
from tinykd.report.page import render_page
from tinykd.tuning.judge import Tally
from tinykd.tuning.result import Tuned, TunedClass
from tinykd.tuning.sweep import Point

TALLY = Tally(marks=40, found=38, others=60, taken=3, false_alarms=2, background_s=7200.0)
CURVE = tuple(Point(0.1 * i, replace(TALLY, found=40 - i, false_alarms=10 - i)) for i in range(1, 10))
TUNED = Tuned(
    made_up.SHA,
    "Recordings made of the test split",
    2.5,
    (
        TunedClass('yes <"&', 0.74, TALLY, CURVE, CURVE),
        TunedClass("no", 0.5, Tally(background_s=7200.0), CURVE, ()),
    ),
)


def tuned_report(build: Path, project: Project, tuned: Tuned = TUNED) -> Report:
    inputs = made_up.stage_folders(build)
    made_up.write(inputs.tune, "tune.json", tuned.to_json())
    return assemble_report(inputs, project)


def test_the_page_has_the_table_and_the_curves(tmp_path: Path, project: Project) -> None:
    report = tuned_report(tmp_path / "build", project)
    page = render_page(report)
    section = page[page.index('<section id="events">') : page.index('<section id="boards">')]
    section = section.replace("\N{EN DASH}", "-")
    assert "Recordings made of the test split, 2.50 h" in section
    assert "yes &lt;" in section and '<"&' not in section
    assert "2 / 40 (1.4 - 16.5 %)" in section  # Wilson's
    assert "1.00 (0.12 - 3.61)" in section  # 2 in 2 h: 0.2422 / 2 and 7.2247 / 2
    assert "3 / 60 (1.7 - 13.7 %)" in section
    assert "threshold 0.74" in section and "<svg" in section
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_samples_that_drown_in_the_noise_are_said(tmp_path: Path, project: Project) -> None:
    quiet = replace(TUNED, drowned=37)
    said = "37 samples are quieter than the noise laid over them"
    assert quiet.lines()[-1].startswith(said) and "snr_db" in quiet.lines()[-1]
    assert said in render_page(tuned_report(tmp_path / "build", project, quiet))
    assert len(TUNED.lines()) == len(quiet.lines()) - 1


def test_without_it_there_is_no_such_part(report: Report) -> None:
    assert report.events is None and 'id="events"' not in render_page(report)


def test_what_another_model_did_is_not_shown(tmp_path: Path, project: Project) -> None:
    other = tuned_report(tmp_path / "build", project, replace(TUNED, model_sha256="00" * 32))
    assert other.events is None


def gates(report: Report, **wanted: float) -> list[str]:
    results = evaluate_gates(report, GatesSection.model_validate(wanted))
    return [gate.text for gate in results if not gate.passed]


def test_gates_on_both(tmp_path: Path, project: Project, report: Report) -> None:
    tuned = tuned_report(tmp_path / "other", project)
    assert gates(tuned, misses=0.05, false_alarms_per_hour=1.0) == []
    assert gates(tuned, misses=0.04) == ["misses: 0.05, wanted ≤ 0.04"]
    assert gates(tuned, false_alarms_per_hour=0.5) == ["false_alarms_per_hour: 1, wanted ≤ 0.5"]
    wanted = ["misses: not measured, wanted ≤ 0.1 (`tinykd tune` measures it)"]
    assert gates(report, misses=0.1) == wanted


def test_a_file_that_is_not_tunes_is_one_line(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build")
    made_up.write(inputs.tune, "tune.json", json.dumps({"model": made_up.SHA}))
    with pytest.raises(DataError) as caught:
        assemble_report(inputs, project)
    assert "\n" not in str(caught.value) and "tune.json" in str(caught.value)


def test_a_class_without_marks_or_curve_is_drawn(tmp_path: Path, project: Project) -> None:
    events = tuned_report(tmp_path / "build", project).events
    assert events is not None
    drawing = event_curves(events)
    assert drawing.alt.startswith('yes <"& at 0.74 misses 2 of 40, no at 0.5')
