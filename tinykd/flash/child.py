"""A child process that never outlives us: no error, no Ctrl-C, and on Linux no kill -9 of this process."""

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

STOP_TIMEOUT_S = 1.0
_PR_SET_PDEATHSIG = 1  # prctl(2)


def _die_with_parent() -> Callable[[], None] | None:
    """What the child does before exec; loaded now, since after fork there is little that is safe."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def child(
    command: Sequence[str], *, pass_fds: Sequence[int] = (), stdout: int, stderr: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` while the context lasts; the kernel ties it to the calling thread."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        start_new_session=True,  # Ctrl-C is ours to handle
        preexec_fn=_die_with_parent(),
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
