"""An image gets onto a board, and the board's serial port becomes a pyserial URL."""

from tinykd.flash.board import open_board
from tinykd.flash.upload import UploadOptions

__all__ = ["UploadOptions", "open_board"]
