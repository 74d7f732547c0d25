"""Flashes a real board from the build that is there, and waits until it is back on its port."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tinykd.boards import Board
from tinykd.build import FirmwareImage
from tinykd.build.pio import pio_elf
from tinykd.build.tool import ToolFailedError, run_tool
from tinykd.errors import LinkError, ToolError
from tinykd.files import sha256_file
from tinykd.flash.access import check_access
from tinykd.flash.failures import upload_error
from tinykd.flash.progress import shown
from tinykd.flash.usb import APPEAR_TIMEOUT_S, Plugged, candidates, come_back, find_port, known
from tinykd.flash.via import Via, check_via, needs_port, upload_of
from tinykd.link.boards_lock import held
from tinykd.progress import Progress, Silent

UPLOAD_TIMEOUT_S = 600.0
LOG = Path("build", "upload.log")


@dataclass(frozen=True)
class UploadOptions:
    """How a board is flashed."""

    via: Via = "pio"
    progress: Progress = Silent()  # noqa: RUF009 - it has no state


def upload(image: FirmwareImage, board: Board, port: str | None, how: UploadOptions | None = None) -> str:
    """Put ``image`` on ``board``; the port that it is back on. The project's upload.log has the rest."""
    how = how or UploadOptions()
    check_via(board, how.via)
    before = _before(board, port, how.via)
    with held(before.device, f"tinykd flash of {board.name}") if before else nullcontext():
        _put_on(image, board, before, how)
    return come_back(board, before) if before else _appeared(board)


def _put_on(image: FirmwareImage, board: Board, before: Plugged | None, how: UploadOptions) -> None:
    if before:
        check_access(before.device)
    _check_built(image, board)
    call = upload_of(image, board, how.via, before.device if before else None)
    try:
        with shown(how.progress, "upload") as watch:
            run_tool(call.command, image.project / LOG, call.environment, UPLOAD_TIMEOUT_S, watch)
    except ToolFailedError as failed:
        raise upload_error(failed, board, before.device if before else None) or failed from None


def _check_built(image: FirmwareImage, board: Board) -> None:
    """What is flashed is what was measured."""
    built = pio_elf(image.project, board)
    if not built.is_file() or sha256_file(built) != image.sha256:
        expected = "the image that was measured"
        raise ToolError(built, "is missing or another build", expected, "Type `tinykd build --force`")


def _before(board: Board, port: str | None, via: Via) -> Plugged | None:
    """The board's port as it is now; None where it has none yet and the upload needs none."""
    if port is None and not needs_port(board, via) and not candidates(board):
        return None
    device = find_port(board, port)
    return known(device)


def _appeared(board: Board) -> str:
    """The port of a board that had none before: it was in its boot loader, or bare."""
    try:
        return find_port(board, None, APPEAR_TIMEOUT_S)
    except LinkError as error:
        wiring = board.platformio.wiring if board.platformio else None
        fix = f"Wire {wiring}" if wiring else error.fix
        raise LinkError(error.where, f"was flashed, and {error.found}", error.expected, fix) from None
