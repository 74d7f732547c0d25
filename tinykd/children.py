"""A child process that never outlives us: no error, no Ctrl-C, and on Linux no kill -9 of this process."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tinykd.workers import called_when_stopped, check

STOP_TIMEOUT_S = 0.5
_PR_SET_PDEATHSIG = 1  # prctl(2)
_RUNNING: "set[subprocess.Popen[Any]]" = set()  # of this process, as the system has them


def _die_with_parent() -> Callable[[], None] | None:
    """What the child does before exec; loaded now, since after fork there is little that is safe."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def child(
    command: Sequence[str], *, gently: bool = False, **options: Any
) -> "Iterator[subprocess.Popen[Any]]":
    """Run ``command`` while the context lasts, with ``options`` of Popen; the kernel ties it to this thread.

    At the end whatever still runs of it is killed, with all that it started; ``gently``: asked to end first.
    """
    process = subprocess.Popen(
        command,
        **{"stdin": subprocess.DEVNULL, **options},
        start_new_session=True,  # Ctrl-C is ours to handle
        preexec_fn=_die_with_parent(),
    )
    _RUNNING.add(process)
    try:
        with called_when_stopped(lambda: kill(process)):
            yield process
    finally:
        _stop(process, gently)
        _RUNNING.discard(process)


def follow(process: "subprocess.Popen[str]", silence_s: float, watch: Callable[[str], None]) -> bool:
    """Until ``process`` ends; each of its lines goes to ``watch``. False: silent too long, and ended."""
    assert process.stdout
    late, line = threading.Event(), "-"
    while line:
        timer = threading.Timer(silence_s, _end, (process, late))
        timer.start()
        try:
            line = process.stdout.readline()
            if not line:
                process.wait()
        finally:
            timer.cancel()
        if line:
            watch(line)
    check()
    return not late.is_set()


def counting(advance: Callable[[int], None]) -> Callable[[str], None]:
    """A ``watch`` of lines that count what is done: ``advance`` gets what each adds; others are ignored."""
    done = 0

    def watch(line: str) -> None:
        nonlocal done
        if line.strip().isdecimal():
            advance(int(line) - done)
            done = int(line)

    return watch


def signal_name(code: int) -> str:
    """What ended a process whose exit code is negative, such as SIGSEGV."""
    return signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)


def _end(process: "subprocess.Popen[str]", late: threading.Event) -> None:
    late.set()
    kill(process)


def kill(process: "subprocess.Popen[Any]") -> None:
    """End ``process`` and all that it started, at once."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def kill_all() -> None:
    """Every child of this process: before it ends without tidying up."""
    for process in list(_RUNNING):
        kill(process)


def _stop(process: "subprocess.Popen[Any]", gently: bool) -> None:
    try:
        if gently and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_TIMEOUT_S)
        if process.poll() is None:
            kill(process)
            process.wait()
    finally:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
