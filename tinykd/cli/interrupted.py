"""Ctrl-C: one of them ends any verb within a second, with a line that says what is kept.

It is an exception in the main thread, which ends what the verb has started on its way out. Where the main
thread does not get to it (C code that computes, a thread that does not ask whether it was stopped), the
process is ended from beside; children end with it, and folders that are half written are not seen.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_CTRL_C = 130
LIMIT_S = 0.8
SHOW_CURSOR = "\x1b[?25h"  # bars hide it
GO_ON = "Type the same again to go on"


def stopped_line(error: BaseException, otherwise: str) -> str:
    """What is kept, as whoever was interrupted noted on ``error``; the verb's own words where nobody did."""
    notes = list(dict.fromkeys(getattr(error, "__notes__", ())))
    return f"Stopped. {'. '.join([*notes, GO_ON]) if notes else otherwise}."


@contextmanager
def ended_by_ctrl_c(otherwise: str) -> Iterator[None]:
    """The first Ctrl-C inside is a ``KeyboardInterrupt``; ``LIMIT_S`` later the process ends anyhow."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    interrupted = threading.Event()
    handler = signal.signal(signal.SIGINT, _only_once(interrupted))
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    over = threading.Event()
    threading.Thread(target=_watch, args=(ours, over, otherwise), daemon=True).start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(before)
        # The process ends now: another Ctrl-C has nothing to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN if interrupted.is_set() else handler)
        theirs.close()


def _only_once(interrupted: threading.Event) -> "signal._HANDLER":
    """A second Ctrl-C must not interrupt the tidying up; it has no need to, since that is short."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    return interrupt


def _watch(signals: socket.socket, over: threading.Event, otherwise: str) -> None:
    with signals:
        while number := signals.recv(1):
            if number[0] == signal.SIGINT:
                break
        else:
            return
    if over.wait(LIMIT_S):
        return
    from tinykd.children import kill_all
    from tinykd.scratch import remove_all

    kill_all()
    remove_all()
    show = SHOW_CURSOR if sys.stderr.isatty() else ""
    os.write(2, f"{show}\n{stopped_line(KeyboardInterrupt(), otherwise)}\n".encode())
    os._exit(EXIT_CTRL_C)
