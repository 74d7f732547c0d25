"""Where PlatformIO is and where it builds, and how it is asked to."""

import os
import shutil
import sys
from pathlib import Path

from tinykd.boards import Board
from tinykd.errors import ToolError

PIO_FIX = 'Type `pip install "tinykd[firmware]"`'
# It builds in the project's .pio/ whatever the user's environment sets, and sends no telemetry.
PIO_ENVIRONMENT = {
    "PLATFORMIO_WORKSPACE_DIR": ".pio",
    "PLATFORMIO_BUILD_DIR": ".pio/build",
    "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no",
    "PLATFORMIO_NO_ANSI": "true",
}


def pio_elf(project_dir: Path, board: Board) -> Path:
    """What PlatformIO last built of the project."""
    return project_dir / ".pio" / "build" / board.name / "firmware.elf"


def find_pio() -> str:
    """PlatformIO Core: on the PATH, beside this Python, or where PlatformIO's own installer puts it."""
    own = Path(os.environ.get("PLATFORMIO_CORE_DIR") or Path.home() / ".platformio") / "penv"
    folders = (Path(sys.executable).parent, own / "bin", own / "Scripts")
    found = shutil.which("pio") or shutil.which("pio", path=os.pathsep.join(map(str, folders)))
    if found is None:
        raise ToolError("pio", "PlatformIO Core is not found", "it on the PATH or beside Python", PIO_FIX)
    return found
