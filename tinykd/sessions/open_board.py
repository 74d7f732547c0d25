"""A board behind a serial address: how its port is opened, and what speaks frames there."""

from typing import TYPE_CHECKING

from tinykd.boards import Board
from tinykd.link.transport import PortSettings

if TYPE_CHECKING:
    from tinykd.link.device import Device


def port_settings(board: Board) -> PortSettings:
    """How the board's port is opened."""
    real = board.platformio
    return PortSettings(board.baud, real.dtr, real.rts) if real else PortSettings(board.baud)


def open_device(url: str, board: Board, timeout_s: float) -> "Device":
    """The board behind ``url``, speaking frames."""
    from tinykd.link.device import Device

    settings = port_settings(board)
    return Device.open(url, settings.baud, dtr=settings.dtr, rts=settings.rts, timeout_s=timeout_s)
