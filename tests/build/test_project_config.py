"""The real `pio project config` accepts each board's platformio.ini, and reads from it what was meant."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.build.toy import toy_sources
from tinykd.boards import Board, list_boards
from tinykd.build.pio import find_pio
from tinykd.firmware_project import lay_out, project_files

pytestmark = pytest.mark.slow
WINDOWS_LIMIT = 32_000  # characters of a command line, platform-espressif32 #1522
READ = """
import json, sys
from platformio.project.config import ProjectConfig
from platformio import fs
found = {}
for folder in sys.argv[1:]:
    with fs.cd(folder):
        config = ProjectConfig.get_instance(folder + "/platformio.ini")
        config.validate()
        found[folder] = config.as_tuple()
print(json.dumps(found))
"""


def test_every_project_is_accepted(tmp_path: Path) -> None:
    """One by the command itself; all by its own parser, since a command takes a second."""
    boards = list_boards()
    for board in boards:
        lay_out(project_files(toy_sources(), board), tmp_path / board.name)
    folders = [str(tmp_path / board.name) for board in boards]
    python = Path(find_pio()).with_name("python")
    done = subprocess.run([python, "-c", READ, *folders], capture_output=True, text=True)
    assert done.returncode == 0 and "Warning" not in done.stderr, done.stderr
    found = json.loads(done.stdout)
    for board in boards:
        check(board, dict(dict(found[str(tmp_path / board.name)])[f"env:{board.name}"]))


def check(board: Board, options: dict[str, object]) -> None:
    real = board.platformio
    assert options["monitor_speed"] == board.baud
    if real is None:
        assert (options["platform"], options["board"]) == ("symlink://platform", board.name)
        return
    assert (options["platform"], options["board"]) == (real.platform, real.board)
    assert options["framework"] == [real.framework]
    flags = str(options.get("build_flags", ""))
    assert "-I" not in flags and len(flags) < WINDOWS_LIMIT / 16


def test_the_command_accepts_one(tmp_path: Path) -> None:
    board = next(board for board in list_boards() if board.platformio)
    lay_out(project_files(toy_sources(), board), tmp_path)
    command = [find_pio(), "project", "config", "-d", str(tmp_path), "--json-output"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [name for name, _ in json.loads(done.stdout)] == ["platformio", f"env:{board.name}"]
