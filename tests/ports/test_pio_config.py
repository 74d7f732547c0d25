"""The real ``pio project config`` accepts every board's project file, and understands each of its options."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.build.toy import toy_sources
from tests.ports.compiling import write_files
from tinykd.boards import list_boards
from tinykd.firmware_project import project_files

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "pio_config.py"
BOARDS = list_boards()
CLEAN = 'The "platformio.ini" configuration file is free from linting errors.'


def configurations(folder: Path) -> dict[str, list[str]]:
    """What PlatformIO says of each board's project: its configuration as JSON, and what is odd in it."""
    for board in BOARDS:
        write_files(project_files(toy_sources(), board), folder / board.name)
    private = {"PLATFORMIO_CORE_DIR": str(folder / "core"), "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no"}
    command = [sys.executable, str(SCRIPT), *(board.name for board in BOARDS)]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | private, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def test_platformio_reads_every_project_as_it_is_meant(tmp_path: Path) -> None:
    said = configurations(tmp_path)
    assert set(said) == {board.name for board in BOARDS}
    for board in BOARDS:
        config, lint = said[board.name]
        sections: dict[str, dict[str, Any]] = {name: dict(options) for name, options in json.loads(config)}
        found = sections[f"env:{board.name}"]
        assert CLEAN in lint, (board.name, lint)
        assert sections["platformio"]["default_envs"] == [board.name]
        target = board.platformio
        wanted = (target.platform, target.board, [target.framework]) if target else None
        assert wanted in (None, (found["platform"], found["board"], found.get("framework")))
        assert found["monitor_speed"] == board.baud
