"""Writing to a port beside reading it: what comes meanwhile is taken, whatever it is.

Buffers between two ends are small (4 KiB for a pseudo-terminal, less on a chip). Once both are full, two ends
that write and do not read wait for each other for ever; so this end reads as long as it writes.
"""

import os
import select
import sys
import threading
import time
from typing import Any

from tinykd import workers

READ_BYTES = 65536
PIECE_BYTES = 1024  # there is room for them in a socket that can be written at all
LOOK_S = 0.005  # how often a port that cannot be waited for is looked at


class StuckError(Exception):
    """The other end took no byte for too long."""


def write_selectable(port: Any, descriptor: int, data: bytes, timeout_s: float, came: bytearray) -> None:
    """Send all of ``data`` over a port that ``select`` can wait for, and add what comes to ``came``.

    ``StuckError`` when no byte went for ``timeout_s``.
    """
    rest = memoryview(data)
    stuck_at = time.monotonic() + timeout_s
    while rest:
        workers.check()
        left_s = stuck_at - time.monotonic()
        wait_s = min(workers.LOOK_S, max(0.0, left_s))
        readable, writable, _ = select.select([descriptor], [descriptor], [], wait_s)
        if readable:
            came += port.read(READ_BYTES)
        sent = _send(port, descriptor, rest) if writable else 0
        if sent:
            rest = rest[sent:]
            stuck_at = time.monotonic() + timeout_s
        elif left_s <= 0:
            raise StuckError


def _send(port: Any, descriptor: int, data: memoryview) -> int:
    """How many bytes went; pyserial would try again, without reading, where not all did."""
    if sys.platform == "win32":  # a socket there is no file
        return int(port.write(data[:PIECE_BYTES]))
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        return 0


def write_polled(port: Any, data: bytes, came: bytearray) -> None:
    """The same over a port that is no file (Windows, rfc2217): a thread writes, this one reads.

    Raises what the port's ``write`` does, which knows how long to wait.
    """
    failed: list[BaseException] = []
    thread = threading.Thread(target=_write, args=(port, data, failed), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
        workers.check()
        if thread.is_alive():
            came += port.read(port.in_waiting)
    if failed:
        raise failed[0]


def _write(port: Any, data: bytes, failed: list[BaseException]) -> None:
    try:
        port.write(data)
    except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
        failed.append(error)
