"""A line of a given baud rate between a tool and a board: 10 bits a byte, each way for itself.

``with slow_line("/dev/pts/7", 115200) as url``: a process of its own listens on the loopback interface and
passes bytes on no faster than the line would. What waits while the process is held up is not charged twice.
"""

import multiprocessing
import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BITS_A_BYTE = 10  # start, eight, stop
CHUNK = 16  # bytes that arrive together; 1.4 ms at 115,200 Bd


@contextmanager
def slow_line(port: str, baud: int) -> Iterator[str]:
    """The pyserial URL of the slow end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = multiprocessing.get_context("forkserver").Process(
            target=_serve, args=(listener, port, baud)
        )
        process.start()
        try:
            yield f"socket://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()


def _serve(listener: socket.socket, port: str, baud: int) -> None:
    board = os.open(port, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(board)
    tool, _ = listener.accept()
    tool.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    there = threading.Thread(target=_carry, args=(tool.fileno(), lambda b: os.write(board, b), baud))
    there.start()
    _carry(board, tool.sendall, baud)


def _carry(source: int, put: Callable[[bytes], object], baud: int) -> None:
    free_at = time.monotonic()  # when the line has nothing more to carry
    while True:
        if not select.select([source], [], [], 0)[0]:
            select.select([source], [], [])
            free_at = max(free_at, time.monotonic())
        data = os.read(source, CHUNK)
        if not data:
            return
        free_at += len(data) * BITS_A_BYTE / baud
        time.sleep(max(0.0, free_at - time.monotonic()))
        put(data)
