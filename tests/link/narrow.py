"""What may stand between a tool and a board, with 4 KiB of buffers each way: on a terminal or a TCP port.

``"wire"`` carries each direction for itself. ``"bridge"`` does one thing after another: while it waits to
give bytes to one end it takes none from the other.
"""

import os
import pty
import select
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BUFFER_BYTES = 4096


@contextmanager
def narrow(board_url: str, kind: str, tool_end: str) -> Iterator[str]:
    """The URL of the tool's end, ``"pty"`` or ``"tcp"``, of a ``kind`` of line to ``board_url``."""
    board = _open_board(board_url)
    stop_read, stop_write = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        ours, url = _terminal() if tool_end == "pty" else (None, "")
        url = url or f"socket://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=_serve, args=(kind, board, ours or listener, stop_read))
        thread.start()
        try:
            yield url
        finally:
            os.close(stop_write)
            thread.join()
            os.close(stop_read)
            board.close()
            if ours:
                ours.close()


class _End:
    """A file that is written and read as it is, without waiting."""

    def __init__(self, descriptor: int, *also: int) -> None:
        self.descriptor, self._also = descriptor, also
        os.set_blocking(descriptor, False)

    def close(self) -> None:
        for descriptor in (self.descriptor, *self._also):
            with suppress(OSError):
                os.close(descriptor)


def _terminal() -> tuple[_End, str]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    return _End(master, slave), os.ttyname(slave)


def _open_board(url: str) -> _End:
    if url.startswith("socket://"):
        host, _, port = url.removeprefix("socket://").partition(":")
        connection = socket.create_connection((host, int(port)))
        return _End(_few_bytes(connection).detach())
    descriptor = os.open(url, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(descriptor)
    return _End(descriptor)


def _few_bytes(connection: socket.socket) -> socket.socket:
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        connection.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
    return connection


def _serve(kind: str, board: _End, tool: "_End | socket.socket", stop: int) -> None:
    if isinstance(tool, socket.socket):
        if select.select([tool, stop], [], [])[0] != [tool]:
            return
        tool = _End(_few_bytes(tool.accept()[0]).detach())
    carry = _carry_both_ways if kind == "wire" else _carry_in_turn
    with suppress(OSError):  # an end that went away
        carry(tool.descriptor, board.descriptor, stop)


def _carry_both_ways(one: int, other: int, stop: int) -> None:
    waiting = {one: b"", other: b""}  # bytes for each
    peer = {one: other, other: one}
    while True:
        sources = [fd for fd in peer if len(waiting[peer[fd]]) < BUFFER_BYTES]
        readable, writable, _ = select.select([*sources, stop], [fd for fd in peer if waiting[fd]], [])
        if stop in readable:
            return
        for fd in readable:
            waiting[peer[fd]] += os.read(fd, BUFFER_BYTES - len(waiting[peer[fd]]))
        for fd in writable:
            waiting[fd] = waiting[fd][os.write(fd, waiting[fd]) :]


def _carry_in_turn(one: int, other: int, stop: int) -> None:
    peer = {one: other, other: one}
    while True:
        readable, _, _ = select.select([one, other, stop], [], [])
        if stop in readable:
            return
        for fd in readable:
            data = os.read(fd, BUFFER_BYTES)
            while data:
                ready, _, _ = select.select([stop], [peer[fd]], [])
                if ready:
                    return
                data = data[os.write(peer[fd], data) :]
