"""Flashes a real board with PlatformIO, from the build that is there."""

from pathlib import Path

from tinykd.boards import Board
from tinykd.build import Image
from tinykd.build.firmware import PIO_FIX, pio_environment
from tinykd.build.tool import find_tool, run_tool

UPLOAD_TIMEOUT_S = 600.0


def upload(image: Image, board: Board, port: str | None) -> None:
    """``pio run -t upload`` of ``image``; what it said is in upload.log beside the image."""
    out = image.elf.parent
    command = upload_command(find_tool("pio", PIO_FIX), image.project, port)
    run_tool(command, out / "upload.log", pio_environment(out), UPLOAD_TIMEOUT_S)


def upload_command(pio: str, project: Path, port: str | None) -> list[str]:
    """Builds nothing anew: what was measured is what is flashed."""
    where = ["--upload-port", port] if port else []
    return [pio, "run", "-d", str(project), "-t", "nobuild", "-t", "upload", *where]
