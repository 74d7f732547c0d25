"""Boards of a project's own in the pipeline: named by file or by name, part of what a stage depends on."""

from pathlib import Path

import pytest

from tests.boards.test_boards import GOOD
from tinykd.boards import board_file
from tinykd.engine.stage import Step
from tinykd.errors import ConfigError
from tinykd.pipeline.run import open_workspace
from tinykd.pipeline.stages import stage_named


def project(folder: Path, board: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tinykd.toml").write_text(f'[project]\nname = "x"\n[target]\nboard = {board}\n')
    return folder


@pytest.mark.parametrize("board", ['"mine"', '["host", "mine"]', '"./shelf/mine.toml"', '"shelf/mine.toml"'])
def test_a_board_of_ones_own_is_known_by_its_name(board: str, tmp_path: Path) -> None:
    place = "boards" if ".toml" not in board else "shelf"
    (tmp_path / place).mkdir()
    (tmp_path / place / "mine.toml").write_text(GOOD)
    space = open_workspace(project(tmp_path, board))
    assert space.boards[-1] == "mine" and space.known_board("mine").title == "A board"
    assert space.folder(Step(stage_named("build"), "mine")) == tmp_path / "build/mine/build"


def test_a_change_in_it_makes_its_firmware_anew(tmp_path: Path) -> None:
    toml = tmp_path / "mine.toml"
    toml.write_text(GOOD)
    space = open_workspace(project(tmp_path, '"./mine.toml"'))
    step = Step(stage_named("build"), "mine")
    before = space.fingerprint(step)
    assert before == space.fingerprint(step)
    toml.write_text(GOOD.replace("25_000_000", "20_000_000"))
    assert space.fingerprint(step) != before


def test_a_file_on_the_command_line_starts_from_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    space = open_workspace(project(tmp_path / "deep/project", '"host"'), boards=("mine.toml",))
    assert space.boards == ("mine",) and space.known_board("mine").machine == "mps2-an386"
    assert board_file("mine", space.root, space.project.target.board) == tmp_path / "mine.toml"


def test_a_board_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_workspace(project(tmp_path, '"./mine.toml"'))
    fix = "Type `tinykd boards` for the list"
    assert str(caught.value) == f"{tmp_path}/mine.toml: no such file; expected a board's TOML. {fix}"


def test_two_files_for_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.toml").write_text(GOOD)
    with pytest.raises(ConfigError) as caught:
        open_workspace(project(tmp_path, '["a/mine.toml", "b/mine.toml"]'))
    said = "[target] board: two boards are called mine; expected a name of its own for each"
    assert str(caught.value) == said
