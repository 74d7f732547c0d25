"""The site that `make docs` builds: whole, without a dead link, and without a request to anywhere else."""

import re
from pathlib import Path

import pytest

from scripts.docs.docstrings import itemised
from scripts.docs.hooks import from_root, spaced
from scripts.docs.links import faults
from scripts.docs.verbs import verbs_page
from tests.docs.site import ROOT
from tests.docs.test_docs import commands


def paragraphs(page: Path) -> list[str]:
    """What stands in a page's paragraphs, as HTML."""
    return re.findall(r"<p>(.*?)</p>", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_every_page_is_there_and_every_link_leads_somewhere(site: Path) -> None:
    wanted = {path.stem for path in (ROOT / "docs").glob("*.md")} | {"index", "contributing", "changelog"}
    assert wanted - {path.stem for path in site.glob("*.html")} == set()
    assert faults(site) == []


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_lists_and_tables_are_lists_and_tables(site: Path) -> None:
    """Python-Markdown takes for a paragraph what GitHub takes for a list: nothing of that is left."""
    for page in site.glob("*.html"):
        for text in paragraphs(page):
            assert not re.search(r"^(- |1\. |\|[-: ]+\|)|<!--", text, re.MULTILINE), (
                f"{page.name}: {text[:200]}"
            )


def test_dead_links_and_foreign_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('@font-face { src: url("https://fonts.example/a.woff2") }')
    (tmp_path / "b.html").write_text('<h1 id="here">b</h1>')
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="a.css"><link rel="preconnect" href="https://fonts.example">'
        '<script src="//cdn.example/x.js"></script><a href="https://elsewhere.example">fine</a>'
        '<a href="b.html#here">fine</a><a href="b.html#gone">no</a><a href="c.html">no</a><img src="d.png">'
    )
    assert faults(tmp_path) == [
        "a.html: fetches https://fonts.example",
        "a.html: fetches //cdn.example/x.js",
        "a.html: b.html#gone leads nowhere",
        "a.html: c.html leads nowhere",
        "a.html: d.png leads nowhere",
        "a.css: fetches https://fonts.example/a.woff2",
    ]


def test_links_of_the_readme_are_those_of_the_site() -> None:
    text = "[a](docs/data.md#folders) [b](CONTRIBUTING.md) [c](CHANGELOG.md#x) ![d](docs/report.png) [e](https://x/docs/y)"
    assert from_root(text) == (
        "[a](data.md#folders) [b](contributing.md) [c](changelog.md#x) ![d](report.png) [e](https://x/docs/y)"
    )


def test_lists_get_their_blank_line_and_code_does_not() -> None:
    text = "Why:\n- one\n  more\n- two\n```sh\nls:\n- x\n```\n1. a\n2. b"
    assert spaced(text) == "Why:\n\n- one\n  more\n- two\n```sh\nls:\n- x\n```\n\n1. a\n2. b"


def test_arguments_in_a_docstring_are_a_list() -> None:
    text = (
        "What it does.\n\n``a``: one,\nmore of it. ``b``: two.\n``c``: three.\n\nRaises ``E``: not an item."
    )
    assert itemised(text) == (
        "What it does.\n\n- ``a``: one,\n  more of it. ``b``: two.\n- ``c``: three.\n\n"
        "Raises ``E``: not an item."
    )
    assert itemised("Text\n``a``: one.") == "Text\n\n- ``a``: one."


def test_the_page_of_verbs_has_every_verb_and_every_option() -> None:
    page = verbs_page()
    assert re.findall(r"^## (\S+)$", page, re.MULTILINE) == [
        name for name, command in commands().items() if not command.hidden
    ]
    for command in commands().values():
        for param in command.params:
            if param.opts[0].startswith("--") and param.name not in ("as_json", "quiet", "verbose"):
                assert f"`{param.opts[0]}`" in page, (command.name, param.opts)
    assert "[bold]" not in page and "<class" not in page
