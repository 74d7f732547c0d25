"""report.html: self-contained, well formed, escaped, and honest about what is not there."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from tests.report import made_up
from tinykd.project.samples import DataSection
from tinykd.project.schema import GatesSection, Project, ProjectSection, TargetSection
from tinykd.report import ReportInputs, write_report
from tinykd.report.page import environment

VOID = {"meta", "link", "br", "img", "hr", "input"}
HOSTILE = (
    '"><script>alert(1)</script>',
    "??/",
    "a\x00b\n</svg>",
    "*/",
    "\u202eleft",
    "🐸",
    "{{ 7*7 }}",
    "x" * 10_000,
    "$x$",
    "'",
)


class Checker(HTMLParser):
    """Balanced tags, unique ids, and every address that a browser might ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for key, value in attrs:
            if key == "id":
                self.ids.append(value or "")
            if key in {"src", "href", "srcset", "data", "poster", "xlink:href", "action"}:
                self.addresses.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert len(checker.ids) == len(set(checker.ids))
    assert [a for a in checker.addresses if a != "data:,"] == []
    assert "script" not in checker.tags
    assert not re.search(r"url\(|@import|https?://", html)
    for picture in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        root = ElementTree.fromstring(picture)
        assert [child.tag for child in root][:2] == ["title", "desc"]
        assert root.get("role") == "img"
    return checker


def page(tmp_path: Path, inputs: ReportInputs, project: Project) -> str:
    write_report(inputs, tmp_path / "out", project)
    return (tmp_path / "out/report.html").read_text()


def test_the_page_is_well_formed_and_asks_for_nothing(tmp_path: Path, project: Project) -> None:
    html = page(tmp_path, made_up.stage_folders(tmp_path / "build"), project)
    checked(html)
    for text in (
        "From the teacher to the device",
        "qemu-microbit",
        "360 / 360",
        "53.6\N{MULTIPLICATION SIGN}",
        made_up.SHA,
        "McNemar",
    ):
        assert text in html


def test_user_text_is_escaped_everywhere(tmp_path: Path) -> None:
    inputs = made_up.stage_folders(tmp_path / "build", classes=HOSTILE)
    program = made_up.program()
    for layer, buffer, name in zip(program["layers"], program["buffers"], HOSTILE, strict=False):
        layer["name"] = layer["kernel"] = buffer["name"] = name
    for folders in inputs.boards.values():
        made_up.write(folders.generate, "program.json", program)
    project = Project(
        project=ProjectSection(name="digits"),
        data=DataSection(source="<b>", classes=HOSTILE),
        target=TargetSection(board=made_up.BOARDS),
    )
    html = page(tmp_path, inputs, project)
    checked(html)
    assert "alert(1)" in html  # shown, as text
    assert "x" * 1000 not in html
    assert "\u202e" not in html
    assert "49" not in re.findall(r"<title>([^<]*)</title>", html)


@pytest.mark.parametrize(
    "lost", ["train.json", "distill.json", "quantize.json", "program.json", "size.json", "verification.json"]
)
def test_each_part_may_be_missing(tmp_path: Path, project: Project, lost: str) -> None:
    inputs = made_up.stage_folders(tmp_path / "build")
    for path in (tmp_path / "build").rglob(lost):
        path.unlink()
    html = page(tmp_path, inputs, project)
    checked(html)
    assert "has not been run" in html


def test_an_empty_build_still_makes_a_page(tmp_path: Path, project: Project) -> None:
    html = page(tmp_path, ReportInputs.of_build(tmp_path / "build", ()), project)
    checked(html)
    assert "Not shown" in html


def test_a_failed_gate_is_seen_without_colour(tmp_path: Path, project: Project) -> None:
    inputs = made_up.stage_folders(tmp_path / "build")
    facts = {
        "sample": 3,
        "layer": 2,
        "name": "net/conv/BiasAdd",
        "kernel": "k",
        "differing": 5,
        "values": 64,
    }
    counts = {"exact": 10, "within_one": 20, "first_difference_facts": facts | {"max_difference": 1}}
    verification = made_up.verification() | counts
    made_up.write(inputs.boards["host"].verify, "verification.json", verification)
    html = page(tmp_path, inputs, project)
    assert "✗ a gate fails" in html
    assert ">2.778 ✗<" in html
    assert "layer 2 conv (k): 5 of 64 values differ by at most 1 (sample 3)" in html


def test_a_gate_on_a_part_says_what_it_is_held_against(tmp_path: Path, project: Project) -> None:
    """Beside 98.33 % in the ladder, 0.911 alone is a riddle."""
    inputs = made_up.stage_folders(tmp_path / "build", ("host",))
    some = {"samples": 60, "exact": 60, "within_one": 60, "same_class": 60}
    scores = {"device": made_up.counts(59, 60), "host": made_up.counts(59, 60)}
    verification = made_up.verification() | some | scores
    made_up.write(inputs.boards["host"].verify, "verification.json", verification)
    gated = project.model_copy(update={"gates": GatesSection(accuracy=0.95)})
    html = page(tmp_path, inputs, gated)
    assert '0.911 ✗<br><span class="what">the lower end of 0.983333 on 60 of 360 samples</span>' in html


def test_no_control_character_reaches_the_page() -> None:
    """ESC, C1's CSI and NUL of a class's name; a line of code keeps its end."""
    template = environment().from_string("<b title='{{ name }}'>{{ name }}</b>{{ mark }}\n")
    made = template.render(name="a\x1b[0m\x9b5m\x00<\nb", mark=Markup("<i>\x07</i>"))
    assert made == ("<b title='a\\x1b[0m\\x9b5m\\x00&lt;\nb'>a\\x1b[0m\\x9b5m\\x00&lt;\nb</b><i>\\x07</i>\n")
