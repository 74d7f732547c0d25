"""Where PlatformIO builds, and how it is asked to.

PlatformIO deletes its build folder when its own path or the project's has changed, and then has nothing to
upload. A finished stage's folder is renamed, so the build folder stands outside: in the user's cache, one per
project path. That also keeps the framework compiled from one build to the next.
"""

import os
import shutil
from pathlib import Path

from tinykd.boards import Board
from tinykd.files import sha256_bytes

SDKCONFIG = "sdkconfig.defaults"
PIO_FIX = "Type `pip install platformio`"


def pio_environment(project_dir: Path) -> dict[str, str]:
    """PlatformIO builds where ``pio_elf`` looks, and tells nobody."""
    return {
        "PLATFORMIO_BUILD_DIR": str(_folder(project_dir)),
        "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no",
        "PLATFORMIO_NO_ANSI": "true",
    }


def pio_project(project_dir: Path, board: Board) -> Path:
    """Where PlatformIO is run: for ESP-IDF, which writes its configuration and what it downloads beside the
    sources, in a copy."""
    if board.platformio is None or board.platformio.framework != "espidf":
        return project_dir
    folder = _folder(project_dir)
    return folder.with_name(f"{folder.name}-project")


def prepare_project(project_dir: Path, board: Board) -> Path:
    """``pio_project``, up to date. ESP-IDF reads defaults only where it has no configuration yet."""
    copy = pio_project(project_dir, board)
    if copy != project_dir:
        if not _same(project_dir / SDKCONFIG, copy / SDKCONFIG):
            (copy / f"sdkconfig.{board.name}").unlink(missing_ok=True)
        shutil.copytree(project_dir, copy, dirs_exist_ok=True)
    return copy


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def pio_elf(project_dir: Path, board: Board) -> Path:
    """What PlatformIO last built of the project."""
    return _folder(project_dir) / board.name / "firmware.elf"


def _folder(project_dir: Path) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "tinykd" / "pio" / sha256_bytes(str(project_dir.resolve()).encode())[:16]
