"""Whether a port may be used, before an uploader finds out in its own words."""

import os
from collections.abc import Iterator
from pathlib import Path

from tinykd.errors import LinkError


def check_access(port: str) -> None:
    """``LinkError`` when ``port`` is a device that we may not open, or that another program holds."""
    if not port.startswith("/dev/") or not Path(port).exists():
        return
    if not os.access(port, os.R_OK | os.W_OK):
        raise no_permission(port)
    holder = next(_holders(port), None)
    if holder:
        raise busy(port, holder)


def no_permission(port: str) -> LinkError:
    """With the line that mends it."""
    fix = f"Type `sudo usermod -aG {_group(port)} $USER`, then log out and in again"
    return LinkError(port, "permission denied", "a port that you may open", fix)


def busy(port: str, holder: str = "") -> LinkError:
    """``holder``: ``"minicom (process 4711)"`` where it is known."""
    who = holder or "another program"
    return LinkError(
        port, f"is in use by {who}", "a port that is free", "Close it (a serial monitor?) and retry"
    )


def _group(port: str) -> str:
    try:
        return Path(port).group()
    except (KeyError, OSError):
        return "dialout"


def _holders(port: str) -> Iterator[str]:
    """Other processes of ours that have the device open; those of other users cannot be seen."""
    import psutil

    device = os.path.realpath(port)
    for process in psutil.process_iter(["pid", "name"]):
        try:
            files = [] if process.pid == os.getpid() else _open_files(process.pid)
        except OSError:
            continue
        if device in files:
            yield f"{process.info['name']} (process {process.pid})"


def _open_files(pid: int) -> list[str]:
    """What the descriptors of ``pid`` lead to; nothing where there is no /proc."""
    folder = Path(f"/proc/{pid}/fd")
    return [str(entry.readlink()) for entry in folder.iterdir()] if folder.is_dir() else []
