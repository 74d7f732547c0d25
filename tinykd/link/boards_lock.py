"""One run at a time on a port, and one line that names its holder.

Each port has a file in the folder boards.lock that is locked by the system, which frees it when the process
dies, however it dies. What the holder says of itself stands beside it.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from tinykd.errors import LinkError, ToolError, one_line


@contextmanager
def held(url: str, doing: str) -> Iterator[None]:
    """Hold the port ``url`` while ``doing`` something; ``LinkError`` at once when another run has it."""
    path = _folder() / _file_name(url)
    lock = _taken(path, url)
    try:
        with suppress(OSError):  # a full disk: the port is held, the holder stays unnamed
            path.write_text(json.dumps({"doing": doing, "process": os.getpid(), "since": time.time()}))
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        lock.release()


def _taken(path: Path, url: str) -> FileLock:
    lock = FileLock(path.with_suffix(".lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        found = f"the port is in use by {_holder(path)}"
        raise LinkError(url, found, "a free port", "Wait for it, or stop it") from None
    except OSError as error:
        fix = "Set TINYKD_STATE to a folder that can be written"
        raise ToolError(
            path.parent, f"cannot be written ({error.strerror})", "room for a lock", fix
        ) from error
    return lock


def _holder(path: Path) -> str:
    """``tinykd verify (process 4711, since 14:02:11)``."""
    try:
        said = json.loads(path.read_text())
        since = time.strftime("%H:%M:%S", time.localtime(float(said["since"])))
        return one_line(f"{said['doing']} (process {int(said['process'])}, since {since})")
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "another run of tinykd"


def _folder() -> Path:
    from platformdirs import user_state_path

    given = os.environ.get("TINYKD_STATE")
    return (Path(given) if given else user_state_path("tinykd")) / "boards.lock"


def _file_name(url: str) -> str:
    """By the device behind links such as /dev/serial/by-id; a hash keeps names apart that look alike."""
    real = os.path.realpath(url) if url.startswith("/") else url
    readable = re.sub(r"[^A-Za-z0-9]+", "-", real).strip("-")[-40:]
    return f"{readable}-{sha256(real.encode()).hexdigest()[:8]}.json"
