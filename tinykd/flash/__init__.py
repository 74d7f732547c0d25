"""An image gets onto a board, and the board's serial port becomes a pyserial URL."""

from tinykd.flash.board import open_board

__all__ = ["open_board"]
