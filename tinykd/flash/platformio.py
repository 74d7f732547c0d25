"""A virtual board that PlatformIO starts: ``pio run -t upload``; it is ended when it is not needed."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tinykd.boards import Board
from tinykd.build import FirmwareImage
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.tool import ToolFailedError, run_tool
from tinykd.errors import ToolError
from tinykd.flash.upload import LOG
from tinykd.flash.via import pio_command
from tinykd.progress import Progress

TIMEOUT_S = 120.0
RUNNER = Path("platform", "builder", "runner.py")  # of the project
RUNNING = "running.json"  # written by it


@contextlib.contextmanager
def started(image: FirmwareImage, board: Board, progress: Progress) -> Iterator[str]:
    """The URL of ``board`` as PlatformIO started it; it ends with the context."""
    pio, log = find_pio(), image.project / LOG
    try:
        run_tool(pio_command(pio, image.project, None), log, PIO_ENVIRONMENT, TIMEOUT_S, progress.detail)
    except ToolFailedError as failed:
        found = failed.found.removeprefix("Error: ")
        raise ToolError(
            f"board {board.name}", found, "a board that starts", f"The whole output is in {log}"
        ) from None
    try:
        yield _url(image, board)
    finally:
        _end(image, board)


def _end(image: FirmwareImage, board: Board) -> None:
    """As ``pio run -t stop`` does, without PlatformIO's start: a Ctrl-C waits for it."""
    call = "import runpy, sys; runpy.run_path(sys.argv[1])['stop'](sys.argv[2])"
    runner, folder = image.project / RUNNER, pio_elf(image.project, board).parent
    command = [sys.executable, "-I", "-c", call, str(runner.resolve()), str(folder.resolve())]
    subprocess.run(command, check=False, capture_output=True, timeout=TIMEOUT_S, start_new_session=True)


def _url(image: FirmwareImage, board: Board) -> str:
    path = pio_elf(image.project, board).with_name(RUNNING)
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ToolError(
            path, "is missing or damaged", "where the board's serial port is", "Flash again"
        ) from None
