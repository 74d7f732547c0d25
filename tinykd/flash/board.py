"""One way to any board: emulated, process or real."""

import contextlib
from collections.abc import Iterator
from typing import assert_never

from tinykd.boards import Board, NativeProcess, PlatformIOTarget, QemuMachine
from tinykd.build import Image
from tinykd.flash.process import running
from tinykd.flash.qemu import emulated
from tinykd.flash.upload import upload
from tinykd.flash.usb import APPEAR_TIMEOUT_S, find_port


@contextlib.contextmanager
def open_board(
    image: Image, board: Board, port: str | None = None, *, flashed: bool = False
) -> Iterator[str]:
    """The pyserial URL of ``board`` running ``image``; whatever was started for it ends with the context.

    A virtual board is started, or found at ``port`` where one is given. A real one is flashed first,
    unless it was (``flashed``); its port is ``port`` or the one with its USB ids.
    """
    match board.run:
        case QemuMachine() as machine if port is None:
            with emulated(image.elf, machine) as url:
                yield url
        case NativeProcess() if port is None:
            with running(image.elf) as url:
                yield url
        case QemuMachine() | NativeProcess():
            yield find_port(board, port)
        case PlatformIOTarget():
            if not flashed:
                upload(image, board, find_port(board, port))
            yield find_port(board, port, APPEAR_TIMEOUT_S)
        case _:
            assert_never(board.run)
