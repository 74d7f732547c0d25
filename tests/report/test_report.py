"""From stage folders to report.json: what is joined, what is stated as missing, what never gets in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report import made_up
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project, ProjectSection, TargetSection
from tinykd.project.training import TeacherSection
from tinykd.report import Report, ReportInputs, read_report, summary_lines, write_report
from tinykd.report.assemble import assemble_report
from tinykd.report.axis import figure
from tinykd.report.model import Accuracy, Detection, Fit, Rung
from tinykd.text import fitted_lines


def test_the_ladder_goes_from_the_teacher_to_every_board(report: Report) -> None:
    steps = [(rung.step, rung.board) for rung in report.ladder]
    assert steps == [
        ("teacher", None),
        ("baseline", None),
        ("student", None),
        ("ptq", None),
        ("qat", None),
        ("baseline_int8", None),
        ("tflite", None),
        ("host", "host"),
        ("device", "qemu-mps2-an386"),
        ("device", "qemu-microbit"),
    ]
    teacher, tflite = report.ladder[0], report.ladder[6]
    assert (teacher.test.correct, teacher.test.total) == (358, 360)
    assert teacher.test.low < teacher.test.value < teacher.test.high
    assert tflite.compression == pytest.approx(742_113 / 13_848)


def test_report_json_keeps_its_keys(report: Report) -> None:
    # A new key is fine (add it here and to docs/report.md); a lost or renamed one needs REPORT_VERSION + 1.
    assert sorted(report.model_dump()) == [
        "boards",
        "by_class",
        "classes",
        "confidence",
        "confusion",
        "curves",
        "distillation",
        "events",
        "far_answers",
        "findings",
        "gates",
        "hashes",
        "int8_costs",
        "ladder",
        "missing",
        "notes",
        "project",
        "scenes",
        "schema_name",
        "settings",
        "shipped",
        "task",
        "version",
        "versions",
        "wrong_answers",
    ]
    assert (report.schema_name, report.version) == ("tinykd-report", 1)


def test_report_json_is_stable_and_reads_back(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build")
    first = write_report(inputs, tmp_path / "a", project)
    write_report(inputs, tmp_path / "b", project)
    for name in ("report.json", "report.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert read_report(tmp_path / "a" / "report.json") == first
    assert "NaN" not in (tmp_path / "a" / "report.json").read_text()


def test_no_path_of_this_machine_gets_in(tmp_path: Path) -> None:
    project = Project(
        project=ProjectSection(name="digits"),
        data=DataSection(source=str(tmp_path / "mine.npz")),
        teacher=TeacherSection(model=("C:\\Users\\me\\teacher.keras",)),
        target=TargetSection(board=made_up.BOARDS, port="/dev/ttyACM0"),
    )
    (tmp_path / "build/model/distill").mkdir(parents=True)
    inputs = made_up.stage_folders(tmp_path / "build")
    (inputs.distill / "distill.json").unlink()
    report = write_report(inputs, tmp_path / "out", project)
    text = (tmp_path / "out/report.json").read_text() + (tmp_path / "out/report.html").read_text()
    assert str(tmp_path) not in text
    assert "Users" not in text
    assert report.settings["data"]["source"] == "…/mine.npz"
    assert report.settings["teacher"]["model"] == "…/teacher.keras"


def test_what_is_not_there_is_stated(tmp_path: Path, project: Project) -> None:
    inputs = ReportInputs.of_build(tmp_path / "build", ("host",))
    report = write_report(inputs, tmp_path / "out", project)
    assert report.ladder == ()
    assert report.missing == (
        "train has not been run",
        "distill has not been run",
        "quantize has not been run",
        "generate has not been run for host",
        "build has not been run for host",
        "verify has not been run for host",
    )
    assert not report.passed
    assert report.distillation.verdict == "not measured"
    assert "Not shown: verify has not been run for host" in summary_lines(report)


def test_a_build_for_an_older_model_is_pointed_out(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build")
    folders = inputs.boards["host"]
    made_up.write(folders.generate, "program.json", made_up.program() | {"sha256": "00" * 32})
    report = assemble_report(inputs, project)
    assert report.missing == (
        "host was generated from or verified with another model than this model.tflite",
    )


def test_class_names_that_do_not_fit_the_matrix_are_replaced_by_numbers(
    tmp_path: Path, project: Project
) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", classes=("only", "two"))
    report = assemble_report(inputs, project)
    assert report.confusion is not None
    assert report.confusion.labels == tuple("0123456789")


def test_a_foreign_report_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    for text in ("{}", "", json.dumps({"schema_name": "x"})):
        path.write_text(text)
        with pytest.raises(DataError) as error:
            read_report(path)
        assert str(error.value) == (
            f"{path}: cannot be read (ValidationError); expected a report.json. Run `tinykd report` again."
        )


@pytest.mark.parametrize("width", [80, 120])
def test_the_ladder_and_all_else_keep_to_the_terminal(
    report: Report, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = fitted_lines(summary_lines(report))
    assert max(map(len, lines)) <= width


def test_the_summary_is_an_aligned_table(report: Report) -> None:
    lines = summary_lines(report)
    assert lines[:8] == [
        "step             accuracy  95 % interval    right    bytes  smaller",
        "Teacher           99.44 %  98.0 - 99.8 %  358/360  742,113",
        "Baseline          96.11 %  93.6 - 97.7 %  346/360   19,560   37.9 x",
        "Student           98.06 %  96.0 - 99.1 %  353/360   19,560   37.9 x",
        "PTQ               95.56 %  92.9 - 97.2 %  344/360",
        "QAT               98.06 %  96.0 - 99.1 %  353/360",
        "Baseline, int8    95.83 %  93.2 - 97.5 %  345/360   13,848   53.6 x",
        ".tflite           97.78 %  95.7 - 98.9 %  352/360   13,848   53.6 x",
    ]
    assert lines[12:17] == [
        "board              exact  within 1 LSB  same class   flash    RAM           per inference",
        "host             360/360       360/360     360/360                 1,032,144 instructions",
        "qemu-mps2-an386  360/360       360/360     360/360  24,280  7,480  1,032,144 instructions",
        "qemu-microbit    360/360       360/360     360/360  24,280  7,480  1,032,144 instructions",
        "",
    ]
    assert lines[-1] == "All 8 gates pass."


def test_importing_the_report_loads_nothing_heavy() -> None:
    heavy = {
        "jinja2",
        "keras",
        "matplotlib",
        "numpy",
        "scipy",
        "sklearn",
        "tensorflow",
        "tf_keras",
        "tinykd.report.page",
    }
    code = f"import sys, tinykd.report; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_every_quality_reads_back_as_what_it_was() -> None:
    """An area under the ROC curve has the keys of an accuracy, and must not become one."""
    ends = {"value": 0.9, "low": 0.8, "high": 0.95, "total": 20}
    qualities = (Accuracy.of(18, 20), Detection(correct=18, **ends), Fit(mae=0.5, **ends))
    for test in qualities:
        rung = Rung(step="student", title="Student", what="", test=test)
        assert Rung.model_validate_json(rung.model_dump_json()).test == test
    assert [
        figure(q) for q in (Accuracy.of(18, 20), Detection(correct=18, **ends), Fit(mae=0.5, **ends))
    ] == [
        "90.00 %",
        "AUC 0.9000",
        "R² 0.9000",
    ]
