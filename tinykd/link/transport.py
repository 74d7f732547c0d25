"""Bytes to and from a port: any pyserial URL (``/dev/ttyACM0``, ``COM3``, ``socket://``, ``rfc2217://``).

Opening a port asserts DTR and RTS, which resets an Arduino and can put an ESP32 into its boot loader. So the
port is made unopened, its lines are set as the board wants them, and then it is opened.

A port is read while it is written (bothways.py), so that two full buffers never stop both ends.
"""

import errno
import select
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from tinykd import workers
from tinykd.errors import LinkError, one_line
from tinykd.link.bothways import READ_BYTES, StuckError, write_polled, write_selectable


class PortLostError(LinkError):
    """The port went away: unplugged, or its board or emulator started anew."""


LET_GO_S = 1.0  # a program that was ended, or its child about to start, holds a port a moment longer
WRITE_TIMEOUT_S = 10.0  # a board that takes no byte for so long is stuck


@dataclass(frozen=True)
class PortSettings:
    """How a board's port is opened; a board's TOML names the three."""

    baud: int = 115200
    dtr: bool = True
    rts: bool = True


DEFAULT_SETTINGS = PortSettings()
_IN_USE = (errno.EAGAIN, errno.EBUSY, errno.EWOULDBLOCK)


class Transport(Protocol):
    """A two-way stream of bytes that may lose, delay and damage them."""

    def read(self, timeout_s: float) -> bytes:
        """All bytes that are there, waiting at most ``timeout_s`` for the first; empty when none came."""

    def write(self, data: bytes) -> None:
        """Send all of ``data``; what comes meanwhile is kept for ``read``."""

    def close(self) -> None:
        """Give the port back."""


class SerialTransport:
    """A port opened with pyserial; every failure is a ``LinkError`` that names the port."""

    def __init__(self, port: Any, url: str, busy_s: float = 0.0) -> None:
        self._port = port
        self._url = url
        self._selectable = _file_descriptor(port)
        self._stuck_s = max(WRITE_TIMEOUT_S, busy_s)
        self._came = bytearray()  # while something was written

    @classmethod
    def open(cls, url: str, settings: PortSettings = DEFAULT_SETTINGS, busy_s: float = 0.0) -> Self:
        """Open ``url``; busy, missing and forbidden ports are one-line errors.

        ``busy_s``: so long a board may compute, and take no byte meanwhile.
        """
        import serial

        try:
            most_s = max(WRITE_TIMEOUT_S, busy_s)
            port = serial.serial_for_url(url, do_not_open=True, timeout=0, write_timeout=most_s)
            port.baudrate, port.dtr, port.rts = settings.baud, settings.dtr, settings.rts
            if "://" not in url:
                port.exclusive = True
            _open_soon(port)
        except _open_errors() as error:
            raise _open_error(url, error) from error
        return cls(port, url, busy_s)

    def read(self, timeout_s: float) -> bytes:
        """All bytes that are there, waiting at most ``timeout_s`` for the first; empty when none came."""
        import serial

        if self._came:
            came, self._came = bytes(self._came), bytearray()
            return came
        try:
            deadline = time.monotonic() + max(0.0, timeout_s)
            while True:
                workers.check()
                left_s = max(0.0, deadline - time.monotonic())
                came = self._read_soon(min(workers.LOOK_S, left_s))
                if came or left_s <= workers.LOOK_S:
                    return came
        except (serial.SerialException, OSError) as error:
            raise self._lost(error) from error

    def _read_soon(self, timeout_s: float) -> bytes:
        if self._selectable is None:
            return self._read_polling(timeout_s)
        there = select.select([self._selectable], [], [], timeout_s)[0]
        return bytes(self._port.read(READ_BYTES)) if there else b""

    def _read_polling(self, timeout_s: float) -> bytes:
        """Where a port is no file (Windows, rfc2217): wait for one byte, take the rest with it."""
        self._port.timeout = timeout_s
        first = bytes(self._port.read(1))
        return first + bytes(self._port.read(self._port.in_waiting)) if first else b""

    def write(self, data: bytes) -> None:
        """Send all of ``data``; what comes meanwhile is kept for ``read``."""
        import serial

        try:
            if self._selectable is None:
                write_polled(self._port, data, self._came)
            else:
                write_selectable(self._port, self._selectable, data, self._stuck_s, self._came)
        except (serial.SerialTimeoutException, StuckError) as error:
            raise LinkError(
                self._url,
                f"takes no bytes for {self._stuck_s:g} s",
                "a board that listens",
                "Reset the board",
            ) from error
        except (serial.SerialException, OSError) as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Give the port back."""
        self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lost(self, error: Exception) -> PortLostError:
        return PortLostError(
            self._url,
            f"the port went away ({one_line(str(error), 120)})",
            fix="Check the cable and that the board still runs",
        )


def _open_errors() -> tuple[type[Exception], ...]:
    """What opening raises; termios has an error of its own for a port that vanishes meanwhile (POSIX)."""
    import serial

    errors: tuple[type[Exception], ...] = (serial.SerialException, OSError, ValueError)
    try:
        import termios
    except ImportError:
        return errors
    return (*errors, termios.error)


def _open_soon(port: Any) -> None:
    """Open ``port``; one that is in use is asked for again until ``LET_GO_S``."""
    deadline = time.monotonic() + LET_GO_S
    while True:
        try:
            port.open()
            return
        except OSError as error:
            if error.errno not in _IN_USE or time.monotonic() >= deadline:
                raise
        time.sleep(0.05)


def _file_descriptor(port: Any) -> int | None:
    """What ``select`` can wait for, or None on a port that is no file."""
    try:
        descriptor = int(port.fileno())
        select.select([descriptor], [], [], 0)
    except (AttributeError, OSError, ValueError):  # io.UnsupportedOperation is an OSError
        return None
    return descriptor


def _open_error(url: str, error: Exception) -> LinkError:
    number = getattr(error, "errno", None)
    text = str(error)
    if number is None and error.args and isinstance(error.args[0], int):  # termios.error
        number, text = error.args[0], str(error.args[-1])
    if number in _IN_USE or "PermissionError" in text:
        return LinkError(
            url, "the port is in use", "a free port", "Close the other program (a serial monitor?)"
        )
    if number == errno.EACCES:
        return LinkError(
            url,
            "no permission to open the port",
            fix="Add yourself to its group: sudo usermod -aG dialout $USER",
        )
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO) or "FileNotFoundError" in text:
        return LinkError(url, "no such port", "a connected board", "List the ports: tinykd ports")
    if "refused" in text:
        return LinkError(url, "the connection was refused", "an emulator or server that listens there")
    return LinkError(url, f"cannot open the port ({one_line(text, 120)})", "a port or a pyserial URL")
