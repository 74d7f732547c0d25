"""Boards that can be talked to: which are plugged in, at which address, and where they went."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.boards import Board, list_boards
from tinykd.errors import ConfigError, LinkError
from tinykd.flash.usb import Plugged, plugged
from tinykd.link.transport import PortSettings
from tinykd.sessions.open_board import port_settings

if TYPE_CHECKING:
    from tinykd.verify import BoardAddress

LEAST_SERIAL = 6  # characters of a serial number that is one board's alone


@dataclass(frozen=True)
class ConnectedBoard:
    """A board that can be talked to. ``identity`` tells it from others of its kind, over several runs."""

    board: str
    url: str
    settings: PortSettings
    identity: str

    def address(self, timeout_s: float) -> "BoardAddress":
        """How it is reached, also where its port comes back under another name."""
        from tinykd.verify import BoardAddress

        return BoardAddress(self.url, self.board, timeout_s, self.settings, port_finder(self.url))


@dataclass(frozen=True)
class BoardPort:
    """A port with the USB id of a board that is known; several boards may share one id."""

    port: str
    boards: tuple[str, ...]
    usb_id: str


def plugged_in(project: Path | None = None) -> tuple[BoardPort, ...]:
    """The ports of this machine that have the USB id of a board of tinykd's, or of the ``project``'s own."""
    known = [board for board in list_boards(project) if board.platformio]
    found = []
    for port in plugged():
        names = tuple(b.name for b in known if b.platformio and port.usb_id in b.platformio.usb_ids)
        if names:
            found.append(BoardPort(port.device, names, port.usb_id))
    return tuple(found)


def name_of(found: BoardPort, wanted: Iterable[str]) -> str:
    """Which board it is: the only one of its id, or the one that is ``wanted``."""
    named = [name for name in found.boards if name in wanted] or list(found.boards)
    if len(named) == 1:
        return named[0]
    raise ConfigError(
        found.port,
        f"USB id {found.usb_id} is that of {' and '.join(named)}",
        "one of them",
        f"Name it: --board {named[0]}",
    )


def at_port(port: str, board: Board) -> ConnectedBoard:
    """A board at a port or URL that is named."""
    return ConnectedBoard(board.name, port, port_settings(board), usb_identity(port) or port)


def identity_of(board: Board, url: str) -> str:
    """What tells the project's board, now at ``url``, from others of its kind, over several runs."""
    return f"virtual {board.name}" if board.virtual else usb_identity(url) or url


def usb_identity(port: str) -> str | None:
    """USB id and serial number behind ``port``, which stay when the port comes back under another name.

    Many USB bridges bear one serial number from their maker ("0001"): the socket is named beside a short one.
    """
    board = _plugged_at(port)
    if not board or not board.serial_number:
        return None
    socket = f" in {board.location}" if len(board.serial_number) < LEAST_SERIAL and board.location else ""
    return f"usb {board.usb_id} {board.serial_number}{socket}"


def port_finder(port: str) -> Callable[[], str]:
    """Says where the board at ``port`` is now, should it go away: by what USB says of it, else there."""
    was = _plugged_at(port)

    def find() -> str:
        return port if was is None else _back_again(was)

    return find


def _back_again(was: Plugged) -> str:
    """No other board of its kind: a serial number that many bear counts only in the same socket."""
    found = [p for p in plugged() if p.usb_id == was.usb_id and p.is_same_board(was)]
    if len(found) > 1 or len(was.serial_number) < LEAST_SERIAL:
        found = [p for p in found if p.location == was.location]
    if len(found) != 1:
        raise LinkError(was.device, "the board is not plugged in", "it to come back", "Plug it in again")
    return found[0].device


def _plugged_at(port: str) -> Plugged | None:
    real = os.path.realpath(port) if port.startswith("/") else port
    return next((p for p in plugged() if p.device == real), None)


@contextmanager
def reserved(place: ConnectedBoard, doing: str) -> Iterator[ConnectedBoard]:
    """``place`` for this process alone."""
    from tinykd.link.boards_lock import held

    with held(place.url, doing):
        yield place


Opened = AbstractContextManager[ConnectedBoard]
