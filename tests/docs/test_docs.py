"""The documents against the code: examples run, tables agree, links and paths lead somewhere."""

import doctest
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.docs import board_table, op_table, project_file
from tinykd.boards import list_boards
from tinykd.boards.model import Board
from tinykd.cli.app import load_verbs
from tinykd.compiler.lowering.lower import FLOAT_ONLY, NOT_IN_TFLM
from tinykd.project.schema import Project
from tinykd.report.model import Report

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
by_name = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.DOTALL | re.MULTILINE)


def commands() -> dict[str, Any]:
    """The verbs of the command line."""
    group = typer.main.get_command(load_verbs())
    return dict(group.commands)  # type: ignore[attr-defined]


@by_name
def test_python_examples_run(document: Path) -> None:
    failed, _ = doctest.testfile(str(document), module_relative=False)
    assert failed == 0
    for block in blocks(document, "python"):
        assert ">>>" in block


@by_name
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


@by_name
def test_paths_in_the_text_exist(document: Path) -> None:
    top = "tinykd|templates|firmware|boards|tests|docs|benchmarks|examples"
    for path in re.findall(rf"`((?:{top})/[\w./-]*)`", document.read_text()):
        if "BOARD" not in path and (
            document.name != "boards.md" or path.endswith("/")
        ):  # of a user's project
            assert (ROOT / path).exists(), path


@by_name
def test_commands_in_the_text_are_known(document: Path) -> None:
    """``tinykd VERB --option`` in shell blocks and in code spans."""
    text = document.read_text()
    spans = [span for span in re.findall(r"`([^`\n]+)`", text) if span.startswith("tinykd ")]
    lines = [line for block in blocks(document, "sh") for line in block.splitlines()]
    known = commands()
    for line in [*spans, *(line.strip() for line in lines)]:
        words = shlex.split(line, comments=True)
        if len(words) < 2 or words[0] != "tinykd" or words[1].startswith(("-", "<")):
            continue
        assert words[1] in known, line
        options = {name for param in known[words[1]].params for name in param.opts}
        for word in words[2:]:
            if word.startswith("-"):
                assert word.partition("=")[0] in options, line


@by_name
def test_make_targets_in_the_text_exist(document: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    spans = "\n".join([*re.findall(r"`([^`\n]+)`", document.read_text()), *blocks(document, "sh")])
    for target in re.findall(r"^make ([\w-]+)\b", spans, re.MULTILINE):
        if not target.startswith("-"):
            assert target in targets, target


@by_name
def test_project_files_in_the_text_are_accepted(document: Path) -> None:
    for block in blocks(document, "toml"):
        value = tomllib.loads(block)
        if "project" in value:
            Project.model_validate(value)


def test_board_files_in_the_text_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "boards").mkdir()
    for number, block in enumerate(blocks(ROOT / "docs/boards.md", "toml")):
        (tmp_path / "boards" / f"example{number}.toml").write_text(block)
    own = {board.name for board in list_boards(tmp_path)} - {board.name for board in list_boards()}
    assert own == {"example0", "nucleo_f410rb-stm32cube", "example1"}


def test_every_key_of_a_board_is_explained() -> None:
    text = (ROOT / "docs/boards.md").read_text()
    for key in set(Board.model_fields) - {"name", "run", "in_psram"}:
        assert f"`{key}`" in text, key


def test_the_table_of_boards_is_what_is_tested() -> None:
    text = board_table.DOCUMENT.read_text()
    assert board_table.document(text) == text, "type: python -m tests.docs.board_table"


def test_the_table_of_ops_is_what_the_conformance_suite_proves() -> None:
    text = op_table.DOCUMENT.read_text()
    assert op_table.document(text) == text, "type: python -m tests.docs.op_table"


def test_ops_that_tflm_computes_in_float_only_are_refused_as_such() -> None:
    text = op_table.DOCUMENT.read_text()
    assert set(re.findall(r"^\| `(\w+)` \| float32 only", text, re.MULTILINE)) == FLOAT_ONLY
    assert not NOT_IN_TFLM & op_table.upstream()


def test_every_op_of_tflm_is_in_the_table_of_ops() -> None:
    assert set(op_table.upstream()) <= set(
        re.findall(r"^\| `(\w+)`", op_table.DOCUMENT.read_text(), re.MULTILINE)
    )


def test_the_project_files_tables_are_those_of_the_schema() -> None:
    text = (ROOT / "docs/project-file.md").read_text()
    assert project_file.document(text) == text, "type: python -m tests.docs.project_file"


def test_every_key_of_the_project_file_has_a_meaning() -> None:
    text = (ROOT / "docs/project-file.md").read_text()
    rows = re.findall(r"^\| `\w+` \|.*\|$", text, re.MULTILINE)
    assert len(rows) == sum(len(section.model_fields) for _, section in project_file.sections())
    assert [row for row in rows if not row.strip("|").split("|")[3].strip()] == []


def test_every_key_of_the_report_is_explained() -> None:
    text = (ROOT / "docs/report.md").read_text()
    for key in Report.model_fields:
        assert f"`{key}`" in text, key


def test_the_readme_lists_every_verb_and_every_board() -> None:
    text = (ROOT / "README.md").read_text()
    for name in commands():
        assert re.search(rf"^\|.*`tinykd {name}\b", text, re.MULTILINE), name
    for board in list_boards():
        assert f"`{board.name}`" in text, board.name
