"""Which board a tour goes to: the one that is named or connected, an emulated one, or this machine."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinykd.boards import Board, list_boards, load_board
from tinykd.build.pio import find_pio
from tinykd.errors import ToolError
from tinykd.flash.usb import candidates, find_port

EMULATED, NATIVE = "qemu-mps2-an386", "host"
_EMULATED_TOOLS = ("make", "arm-none-eabi-gcc", "qemu-system-arm")
_NAMED = 4  # boards that a sentence names
_NATIVE_TOOLS = ("make", "cc", "g++")
Asked = Callable[[Board, str], bool]  # whether the board at that port may be flashed


@dataclass(frozen=True)
class TourBoard:
    """``why``: a sentence on how it was chosen."""

    board: Board
    why: str


def tour_board(named: str | None, may_flash: Asked, port: str | None = None) -> TourBoard:
    """The board ``named``; else the connected one, if ``may_flash`` allows it; else one that is not real.

    Raises:
        ToolError: no board is named, and no compiler is there that could build for any.
        LinkError: there is no ``port``, or a real board is on none.
    """
    chosen = _chosen(named, may_flash)
    if port is not None or not chosen.board.virtual:
        find_port(chosen.board, port)  # said now rather than after the training
    return chosen


def _chosen(named: str | None, may_flash: Asked) -> TourBoard:
    if named is not None:
        return TourBoard(_with_its_tools(load_board(named)), "It was named.")
    connected = _connected()
    if len(connected) == 1 and may_flash(connected[0], candidates(connected[0])[0].device):
        return TourBoard(_with_its_tools(connected[0]), "It is connected.")
    return _needing_none(_remark(connected))


def _with_its_tools(board: Board) -> Board:
    if not board.virtual:
        find_pio()  # said now as well
    return board


def _connected() -> list[Board]:
    """Those whose USB id is on a port; of one board under several frameworks the one with the plain name."""
    found = [board for board in list_boards() if board.platformio and candidates(board)]
    names = {board.name for board in found}
    return [board for board in found if board.name.rpartition("-")[0] not in names]


def _remark(connected: Sequence[Board]) -> str:
    names = [board.name for board in connected]
    if not names:
        return "No board that is known is connected."
    if len(names) == 1:
        return f"{names[0]} is connected and was not asked; --board {names[0]} puts the firmware on it."
    more = f" or {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    shown = ", ".join(names[:_NAMED])
    return f"What is connected has the USB id of {shown}{more}: --board takes the name of the right one."


def _needing_none(remark: str) -> TourBoard:
    missing = [name for name in _EMULATED_TOOLS if not shutil.which(name)]
    if not missing:
        return TourBoard(load_board(EMULATED), f"{remark} An emulated one stands for it.")
    if sys.platform != "win32" and all(map(shutil.which, _NATIVE_TOOLS)):
        lacking = f"For an emulated one {' and '.join(missing)} would be needed (`tinykd doctor`)."
        return TourBoard(load_board(NATIVE), f"{remark} {lacking}")
    wanted = f"{', '.join(_EMULATED_TOOLS)}; or a board, named by --board"
    raise ToolError("tour", "no compiler for any board", wanted, "Type `tinykd doctor`")
