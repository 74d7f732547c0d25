"""A board that restarts again and again, known by what it says when it starts."""

import time

from tinykd.errors import LinkError
from tinykd.flash.usb import find_port
from tinykd.fleet.cell import FleetPlace
from tinykd.link.transport import SerialTransport, Transport
from tinykd.sessions.open_board import port_settings

LISTEN_S = 4.0
STARTS = 3  # opening a port starts some boards once, and a boot loader may do so again
_BANNER = b"\r\ntinykd"  # firmware/harness/tkd_console.c
_ESP32 = b"Brownout detector was triggered"  # what its ROM and ESP-IDF say before they restart


def explained(error: LinkError, place: FleetPlace) -> LinkError:
    """``error``, or that the board restarts in a loop, where it is heard to."""
    if place.port is None and not place.is_real:
        return error  # its process ended with the proof
    try:
        port = find_port(place.board, place.port)
        with SerialTransport.open(port, port_settings(place.board)) as transport:
            starts, is_brown_out = starts_heard(transport, LISTEN_S)
    except LinkError:
        return error
    if starts < STARTS and not is_brown_out:
        return error
    found = "the board says that its supply browns out" if is_brown_out else "the board starts over and over"
    found += f" ({starts} banners within {LISTEN_S:g} s)"
    fix = "Check supply, cable and hub; a port of a powered hub gives more current"
    return LinkError(f"[board.{place.name}] {port}", found, "one that keeps running", fix)


def starts_heard(transport: Transport, listen_s: float) -> tuple[int, bool]:
    """Banners within ``listen_s``, until there are ``STARTS``; and whether a brown-out was told."""
    heard, deadline = b"", time.monotonic() + listen_s
    while (left_s := deadline - time.monotonic()) > 0:
        heard += transport.read(left_s)
        if heard.count(_BANNER) >= STARTS or _ESP32 in heard:
            break
    return heard.count(_BANNER), _ESP32 in heard
