"""What a run leaves: the history, JUnit XML as a CI reads it, the page."""

import os
from pathlib import Path

import pytest
from junitparser import JUnitXml

from tests.fleet.made import GOOD, FakeBoards, fleet, ran, run_of
from tinykd.errors import DataError, LinkError
from tinykd.fleet.history import read_history, write_history
from tinykd.fleet.keep import FleetFiles, commit_of, keep
from tinykd.fleet.page import render_fleet

THREE = '[board.host]\n[board.desk]\nboard = "qemu-microbit"\n[board.roof]\nboard = "qemu-mps2-an386"\n'
BROKEN = FakeBoards(desk=GOOD.model_copy(update={"exact": 1}), roof=LinkError("a<b>", "no answer & more"))


def test_a_run_is_kept_in_three_files(tmp_path: Path) -> None:
    asked, files = fleet(tmp_path, THREE), FleetFiles(tmp_path / "out")
    keep(asked, ran(asked, FakeBoards()), (), files, "1234567")
    earlier = read_history(files.history)
    keep(asked, ran(asked, BROKEN, *earlier), earlier, files, "89abcde")
    runs = read_history(files.history)
    assert [run.commit for run in runs] == ["1234567", "89abcde"]
    assert [cell.verdict for cell in runs[1].cells] == ["good", "differs", "failed"]
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(files.junit))}
    counts = {name: (s.tests, s.failures, s.errors) for name, s in suites.items()}
    assert counts == {"host": (1, 0, 0), "desk": (1, 1, 0), "roof": (1, 0, 1)}
    text = files.page.read_text()
    assert "1 of 3 cells are good" in text and "1/20 exact" in text
    assert "a&lt;b&gt;: no answer &amp; more" in text


def test_a_history_that_is_none_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    write_history(path, [run_of(ran(fleet(tmp_path), FakeBoards()))])
    path.write_text(path.read_text() + '{"when": 3}\n')
    with pytest.raises(DataError) as error:
        read_history(path)
    assert str(error.value) == (
        f"{path}: line 2 is no run of a fleet; expected one that tinykd wrote. "
        "Mend the line or take it out; move the file away to begin anew"
    )


def test_the_page_draws_each_figure_with_a_red_dot_where_it_is_not_good(tmp_path: Path) -> None:
    asked = fleet(tmp_path)
    good = run_of(ran(asked, FakeBoards()))
    worse = run_of(ran(asked, FakeBoards(host=GOOD.model_copy(update={"ticks": 1500.0})), good))
    text = render_fleet("boards.toml", [good, worse])
    assert text.count('<circle class="f-good"') == 3 and text.count('<circle class="f-bad"') == 3
    assert "2 runs, 1,000 to 1,500, 1 of them not good, the last 1,500" in text
    failed = run_of(ran(asked, FakeBoards(host=LinkError("x", "no answer"))))
    assert "<svg" not in render_fleet("boards.toml", [failed])


def test_the_commit_is_the_cis_or_gits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    assert commit_of(tmp_path) == ""
    monkeypatch.setenv("CI_COMMIT_SHA", "feed" * 10)
    assert commit_of(tmp_path) == "feed" * 10
