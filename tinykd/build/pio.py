"""Where PlatformIO builds, and how it is asked to.

PlatformIO deletes its build folder when its own path or the project's has changed, and then has nothing to
upload. A finished stage's folder is renamed, so the build folder stands outside: in the user's cache, one per
project path. That also keeps the framework compiled from one build to the next.
"""

import os
from pathlib import Path

from tinykd.boards import Board
from tinykd.files import sha256_bytes

PIO_FIX = "Type `pip install platformio`"


def pio_environment(project_dir: Path) -> dict[str, str]:
    """PlatformIO builds where ``pio_elf`` looks, and tells nobody."""
    return {
        "PLATFORMIO_BUILD_DIR": str(_folder(project_dir)),
        "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no",
        "PLATFORMIO_NO_ANSI": "true",
    }


def pio_elf(project_dir: Path, board: Board) -> Path:
    """What PlatformIO last built of the project."""
    return _folder(project_dir) / board.name / "firmware.elf"


def _folder(project_dir: Path) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "tinykd" / "pio" / sha256_bytes(str(project_dir.resolve()).encode())[:16]
