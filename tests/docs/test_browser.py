"""The documentation and the report in a real browser: nothing out of its box, no script error, contrast AA.

At 390 and at 1280 px, in light and in dark (``looked_at``).
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.docs.browser import chromium, looked_at, served, watched
from tests.fleet.made import made_history
from tests.multilabel.reported import labelled_report
from tests.report import made_up
from tests.report.test_confidence import made_up_answers
from tests.report.test_page import HOSTILE
from tests.search.made_up import outcome
from tinykd.boards import load_board
from tinykd.fleet.page import render_fleet
from tinykd.progress import Silent
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project, ProjectSection, TargetSection
from tinykd.report import ReportInputs, write_report
from tinykd.report.page import render_page
from tinykd.report.screening_page import render_screening
from tinykd.screening.screen import screen
from tinykd.search.page import render_search

pytestmark = [pytest.mark.slow, pytest.mark.first, pytest.mark.xdist_group("site")]


BAD = """<!DOCTYPE html><style>
body { margin: 0; color: black } body, p { background: white }
.box { width: 100px; border: 1px solid; white-space: nowrap } .cut { width: 100px; overflow: hidden }
@media (prefers-color-scheme: dark) { body, .day { background: black } }
</style>
<p class="box">much too long for its box</p> <p class="cut">much_too_long_for_its_box</p>
<p style="color: #888">pale</p> <p style="opacity: .3">veiled</p> <p style="width: 800px">wide</p>
<p>good</p> <p class="day">only by day</p>
<svg width="60" height="30"><rect width="60" height="30" fill="#333"/><text y="20">dark</text></svg>
<script>nothing.there()</script> <img src="http://127.0.0.1:9/x.png">"""

SEARCH_IS_READY = """() => {
  const meta = document.querySelector(".md-search-result__meta");
  return meta && !meta.textContent.includes("Initializing");
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def faults_of(browser: Browser, folder: Path) -> list[str]:
    """All pages of ``folder``, one after the other."""
    found = list[str]()
    with served(folder) as address, watched(browser, address) as (page, faults):
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            found += [f"{name}, {fault}" for fault in looked_at(page, f"{address}/{name}")]
            found += [f"{name}, {fault}" for fault in faults]
            faults.clear()
    return found


def test_every_page_of_the_documentation_can_be_read(browser: Browser, site: Path) -> None:
    assert faults_of(browser, site) == []


@pytest.mark.parametrize(
    "classes", [tuple("0123456789"), HOSTILE, ("a", "b")], ids=["digits", "hostile", "two"]
)
def test_the_report_can_be_read(browser: Browser, tmp_path: Path, classes: tuple[str, ...]) -> None:
    project = Project(
        project=ProjectSection(name="digits"),
        data=DataSection(source="digits", classes=classes),
        target=TargetSection(board=made_up.BOARDS),
    )
    confidence, wrong = made_up_answers()
    inputs = made_up.stage_folders(tmp_path / "build", classes=classes)
    inputs = replace(inputs, confidence=confidence, wrong_answers=wrong)
    write_report(inputs, tmp_path / "report", project)
    assert faults_of(browser, tmp_path / "report") == []


def test_the_page_of_a_check_can_be_read(browser: Browser, tmp_path: Path) -> None:
    found = screen(Project(project=ProjectSection(name="digits")), tmp_path, Silent())
    (tmp_path / "check.html").write_text(render_screening("digits", found), encoding="utf-8")
    assert faults_of(browser, tmp_path) == []


@pytest.mark.parametrize("board", [None, "qemu-mps2-an386"])
def test_the_page_of_a_search_can_be_read(browser: Browser, tmp_path: Path, board: str | None) -> None:
    found = outcome(tmp_path / "study")
    odd = replace(found.rows[0], number=99, network="<b>" + "x" * 90, on_front=True)
    boards = (load_board(board),) if board else ()
    (tmp_path / "page").mkdir()
    text = render_search("digits", replace(found, rows=(*found.rows, odd)), boards)
    (tmp_path / "page/search.html").write_text(text, encoding="utf-8")
    assert faults_of(browser, tmp_path / "page") == []


def test_a_report_of_several_labels_can_be_read(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    text = render_page(labelled_report(tmp_path / "build"))
    (tmp_path / "page/report.html").write_text(text, encoding="utf-8")
    assert faults_of(browser, tmp_path / "page") == []


def test_the_history_of_a_fleet_can_be_read(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "fleet.html").write_text(render_fleet("boards.toml", made_history()), encoding="utf-8")
    assert faults_of(browser, tmp_path) == []


def test_the_report_of_nothing_can_be_read(browser: Browser, tmp_path: Path) -> None:
    project = Project(project=ProjectSection(name="digits"))
    write_report(ReportInputs.of_build(tmp_path / "build", ()), tmp_path / "report", project)
    assert faults_of(browser, tmp_path / "report") == []


def test_the_search_finds_a_word(browser: Browser, site: Path) -> None:
    with served(site) as address, watched(browser, address) as (page, faults):
        page.goto(f"{address}/index.html")
        page.locator("input[name=query]").first.click()
        page.wait_for_function(SEARCH_IS_READY)  # what is typed before is lost
        page.locator("input[name=query]").first.press_sequentially("baseline")
        page.locator(".md-search-result__item").first.wait_for()
        assert page.locator(".md-search-result__item", has_text="Glossary").count() == 1
        assert faults == []


def test_what_cannot_be_read_is_found(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(BAD)
    found = faults_of(browser, tmp_path)
    narrow_and_light = [fault.partition("px, light: ")[2] for fault in found if "390 px, light" in fault]
    assert narrow_and_light == [
        "the page is 800 px wide",
        'runs out of p.box: "much too long for its box" in p.box',
        'cut off by p.cut: "much_too_long_for_its_box" in p.cut',
        'contrast 3.54 of 4.5: "pale" in p',
        'contrast 2.11 of 4.5: "veiled" in p',
        'contrast 1.66 of 4.5: "dark" in text',
    ]
    assert 'bad.html, 1280 px, dark: contrast 1.00 of 4.5: "only by day" in p.day' in found
    assert not [fault for fault in found if '"good"' in fault or "1280 px, light: the page" in fault]
    assert "bad.html, script: nothing is not defined" in found
    assert "bad.html, http://127.0.0.1:9/x.png" in found
