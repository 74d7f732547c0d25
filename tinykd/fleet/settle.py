"""A real board's port, once it is there and stays: it may come late, or twice (first its boot loader)."""

import time
from pathlib import Path

from tinykd.errors import LinkError
from tinykd.flash.usb import POLL_S, SETTLE_S, find_port, plugged
from tinykd.flash.via import needs_port
from tinykd.fleet.cell import FleetPlace
from tinykd.workers import rest

MOST_GONE = 3  # times; a boot loader before the firmware is one


def await_port(place: FleetPlace, timeout_s: float) -> None:
    """Wait until the port of ``place`` stays; ``LinkError`` where it does not come, or comes and goes.

    A board that is flashed by a probe may have no port before; URLs are only known when they are opened.
    """
    if not place.is_real or (place.port is None and not needs_port(place.board, place.via)):
        return
    if place.port is not None and "://" in place.port:
        return
    deadline, gone = time.monotonic() + timeout_s, 0
    while not _stays(device := _found(place, deadline - time.monotonic())):
        gone += 1
        if gone > MOST_GONE:
            found = f"the port came and went {gone} times"
            fix = "Check supply, cable and hub: a board that browns out does this"
            raise LinkError(device, found, "a board that stays connected", fix)


def _found(place: FleetPlace, timeout_s: float) -> str:
    """The errors are those of ``find_port``, with the fleet's own key to write."""
    try:
        return find_port(place.board, place.port, timeout_s)
    except LinkError as error:
        where = f"[board.{place.name}]"
        fix = 'Look at power and cable; port = "/dev/serial/by-id/…" names one board for good'
        raise LinkError(where, f"{error.where}: {error.found}", error.expected, fix) from None


def _stays(device: str) -> bool:
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        rest(POLL_S)
        if not _is_there(device):
            return False
    return True


def _is_there(device: str) -> bool:
    return Path(device).exists() or any(port.device == device for port in plugged())
