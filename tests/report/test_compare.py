"""Two runs beside each other: figures, intervals, settings; and how a run is named."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, tinykd  # noqa: F401 - a fixture
from tests.report import made_up
from tinykd.display.comparison import comparison_lines
from tinykd.errors import DataError
from tinykd.intervals import wilson
from tinykd.project.schema import Project, ProjectSection, TargetSection
from tinykd.report import write_report
from tinykd.report.compare import compare, interval_of_difference
from tinykd.report.model import Accuracy, Report
from tinykd.report.runs import find_run, keep_run, kept_runs


def written(folder: Path, seed: int = 1) -> Report:
    """A finished run in ``folder``."""
    project = Project(
        project=ProjectSection(name="digits", seed=seed), target=TargetSection(board=made_up.BOARDS)
    )
    out = folder / "build/report"
    out.mkdir(parents=True)
    return write_report(made_up.stage_folders(folder / "build"), out, project)


def with_student(report: Report, correct: int) -> Report:
    """The same with another number of right answers of the student."""
    ladder = tuple(
        rung.model_copy(update={"test": Accuracy.of(correct, rung.test.total)})
        if rung.step == "student" and isinstance(rung.test, Accuracy)
        else rung
        for rung in report.ladder
    )
    return report.model_copy(update={"ladder": ladder})


def test_a_run_does_not_differ_from_itself(tmp_path: Path) -> None:
    report = written(tmp_path)
    found = compare(report, report)
    assert all(each.difference == 0 and not each.is_sure for each in found.rungs)
    assert all(each.first == each.second for each in found.figures) and found.figures
    assert found.settings == () and found.notes == ()
    assert comparison_lines(found)[-1] == "No rung differs by more than chance allows."


def test_a_large_difference_is_sure_and_a_setting_that_differs_is_named(tmp_path: Path) -> None:
    first = written(tmp_path / "a")
    second = with_student(written(tmp_path / "b", seed=2), 100)
    found = compare(first, second)
    student = next(each for each in found.rungs if each.title == "Student")
    assert student.difference is not None and student.difference < 0 and student.is_sure
    assert [(s.key, s.first, s.second) for s in found.settings] == [("[project] seed", "1", "2")]
    assert "More than chance: Student." in comparison_lines(found)[-1]


def test_the_interval_is_that_of_two_proportions() -> None:
    """Newcombe's, 1998, table II (a): 56/70 and 48/80, 0.0524 to 0.3339."""
    a, b = Accuracy.of(48, 80), Accuracy.of(56, 70)
    assert (a.low, a.high) == pytest.approx(tuple(wilson(48, 80)))
    assert interval_of_difference(a, b) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_rungs_and_boards_of_one_run_alone_stand_alone(tmp_path: Path) -> None:
    first = written(tmp_path)
    second = first.model_copy(update={"ladder": first.ladder[:2], "boards": first.boards[:1]})
    found = compare(first, second)
    assert [each.second for each in found.rungs][2:] == [""] * (len(first.ladder) - 2)
    assert any(each.second is None for each in found.figures)


def test_a_run_is_named_by_folder_file_or_hash(tmp_path: Path) -> None:
    report = written(tmp_path)
    kept = keep_run(tmp_path / "build/report", tmp_path / "build/runs")
    assert kept_runs(tmp_path / "build") == [kept]
    for named in (str(tmp_path), str(tmp_path / "build/report/report.json"), kept.name, kept.name[:5]):
        assert find_run(named, tmp_path / "build") == report


def test_what_is_no_run_is_refused_with_those_there_are(tmp_path: Path) -> None:
    written(tmp_path)
    kept = keep_run(tmp_path / "build/report", tmp_path / "build/runs")
    with pytest.raises(DataError) as caught:
        find_run("zzz", tmp_path / "build")
    assert str(caught.value) == f"run zzz: no such file, folder or run; expected one of {kept.name}"


def test_a_hash_that_two_runs_begin_with_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    for name in ("aa1", "aa2"):
        keep_run(tmp_path / "build/report", tmp_path / "build/runs").rename(tmp_path / "build/runs" / name)
    with pytest.raises(DataError, match=r"run aa: 2 runs begin so; expected one of aa\d, aa\d"):
        find_run("aa", tmp_path / "build")


def test_the_verb(tinykd: Run, tmp_path: Path) -> None:  # noqa: F811
    written(tmp_path / "a")
    written(tmp_path / "b", seed=2)
    done = tinykd("compare", "a", "b", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["settings"] == [{"key": "[project] seed", "first": "1", "second": "2"}]
    empty = tinykd("compare", "a")
    assert empty.returncode == 2 and "no report in it" in empty.stderr
