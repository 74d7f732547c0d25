"""One run at a time per build folder, by a lock that the system frees when the process dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinykd.errors import ToolError

LOCK = ".lock"


@contextmanager
def locked(build: Path) -> Iterator[None]:
    """Hold ``build/.lock``; a ``ToolError`` at once when another run holds it."""
    build.mkdir(parents=True, exist_ok=True)
    fd = os.open(build / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(fd, build)
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(fd)


def _take(fd: int, build: Path) -> None:
    try:
        _lock_file(fd)
    except OSError:
        holder = os.read(fd, 20).decode("ascii", "replace").strip() or "unknown"
        raise ToolError(
            build,
            f"another run (process {holder}) is using this folder",
            "one run at a time",
            "Wait for it, or stop it.",
        ) from None


if sys.platform == "win32":
    import msvcrt

    def _lock_file(fd: int) -> None:
        os.lseek(fd, 1 << 20, os.SEEK_SET)  # far behind the text, which stays readable
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        os.lseek(fd, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock_file(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
