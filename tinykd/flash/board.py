"""One way to any board: emulated, process or real."""

import contextlib
from collections.abc import Iterator
from typing import assert_never

from tinykd.boards import Board, NativeProcess, PlatformIOTarget, QemuMachine
from tinykd.build import FirmwareImage
from tinykd.flash.platformio import started
from tinykd.flash.process import running
from tinykd.flash.qemu import emulated
from tinykd.flash.upload import UploadOptions, upload
from tinykd.flash.usb import APPEAR_TIMEOUT_S, find_port
from tinykd.flash.via import check_via


@contextlib.contextmanager
def open_board(
    image: FirmwareImage,
    board: Board,
    port: str | None = None,
    *,
    flashed: bool = False,
    how: UploadOptions | None = None,
) -> Iterator[str]:
    """The pyserial URL of ``board`` running ``image``; whatever was started for it ends with the context.

    A virtual board is started, or found at ``port`` where one is given. A real one is flashed first, as
    ``how`` says, unless it was (``flashed``); its port is ``port`` or the one with its USB ids.
    """
    how = how or UploadOptions()
    match board.run:
        case QemuMachine() | NativeProcess() if port is not None:
            yield find_port(board, port)
        case QemuMachine() | NativeProcess() if image.builder == "pio":
            check_via(board, how.via)
            with started(image, board, how.progress) as url:
                yield url
        case QemuMachine() as machine:
            check_via(board, how.via)
            with emulated(image.elf, machine) as url:
                yield url
        case NativeProcess():
            check_via(board, how.via)
            with running(image.elf) as url:
                yield url
        case PlatformIOTarget():
            yield find_port(board, port, APPEAR_TIMEOUT_S) if flashed else upload(image, board, port, how)
        case _:
            assert_never(board.run)
