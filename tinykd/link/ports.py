"""Where a board with USB is plugged in now: its port may get another name whenever it starts anew.

A board is known again by its USB serial number, or, where it has none, by its ids and the socket it is in.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinykd.errors import LinkError


def finder(url: str) -> Callable[[], str] | None:
    """A function that says where the board now on ``url`` is when it has come back; None without USB."""
    if "://" in url:
        return None
    device = str(Path(url).resolve())  # /dev/serial/by-id/... are links
    known = next((port for port in _usb_ports() if port.device in (url, device)), None)
    if known is None:
        return None
    wanted = _traits(known)

    def find() -> str:
        found = sorted(port.device for port in _usb_ports() if _traits(port) == wanted)
        if len(found) == 1:
            return str(found[0])
        what = "the board's USB id is not there" if not found else "several ports have the board's USB id"
        raise LinkError(url, what, "the board that was there")

    return find


def _traits(port: Any) -> tuple[Any, ...]:
    """Vendor, product, and what tells this board from others of its kind."""
    return port.vid, port.pid, port.serial_number or port.location


def _usb_ports() -> list[Any]:
    from serial.tools.list_ports import comports

    return [port for port in comports() if port.vid is not None]
