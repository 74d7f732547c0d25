"""Flashes a real board with PlatformIO, from the build that is there."""

from pathlib import Path

from tinykd.boards import Board
from tinykd.build import Image
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.tool import run_tool
from tinykd.errors import ToolError
from tinykd.files import sha256_file

UPLOAD_TIMEOUT_S = 600.0


def upload(image: Image, board: Board, port: str | None) -> None:
    """``pio run -t upload`` of ``image``; what it said is in upload.log beside the image."""
    pio = find_pio()
    built = pio_elf(image.project, board)
    if not built.is_file() or sha256_file(built) != image.sha256:
        expected = "the image that was measured"
        raise ToolError(built, "is missing or another build", expected, "Type `tinykd build --force`")
    command = upload_command(pio, image.project, port)
    run_tool(command, image.elf.parent / "upload.log", PIO_ENVIRONMENT, UPLOAD_TIMEOUT_S)


def upload_command(pio: str, project: Path, port: str | None) -> list[str]:
    """Builds nothing anew: what was measured is what is flashed."""
    where = ["--upload-port", port] if port else []
    return [pio, "run", "-d", str(project), "-t", "nobuild", "-t", "upload", *where]
