"""The boards that firmware is made for: one TOML each in boards/, real, emulated or this machine.

A new board of a known family is one more TOML. Importing this costs no numpy.
"""

from tinykd.boards.load import board_file, board_name, list_boards, load_board, read_board
from tinykd.boards.model import Board, NativeProcess, PlatformIOTarget, QemuMachine, TflmPort

__all__ = [
    "Board",
    "NativeProcess",
    "PlatformIOTarget",
    "QemuMachine",
    "TflmPort",
    "board_file",
    "board_name",
    "list_boards",
    "load_board",
    "read_board",
]
