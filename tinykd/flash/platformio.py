"""A virtual board that PlatformIO starts: ``pio run -t upload``, and ``-t stop`` when it is not needed."""

import contextlib
import json
from collections.abc import Iterator

from tinykd.boards import Board
from tinykd.build import Image
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.tool import ToolFailedError, run_tool
from tinykd.errors import ToolError
from tinykd.flash.upload import LOG
from tinykd.flash.via import pio_command
from tinykd.progress import Progress

TIMEOUT_S = 120.0
RUNNING = "running.json"  # written by platform/builder/runner.py of the project


@contextlib.contextmanager
def started(image: Image, board: Board, progress: Progress) -> Iterator[str]:
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
        stop = [pio, "run", "-d", str(image.project), "-t", "nobuild", "-t", "stop"]
        run_tool(stop, image.project / "build/stop.log", PIO_ENVIRONMENT, TIMEOUT_S)


def _url(image: Image, board: Board) -> str:
    path = pio_elf(image.project, board).with_name(RUNNING)
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ToolError(
            path, "is missing or damaged", "where the board's serial port is", "Flash again"
        ) from None
