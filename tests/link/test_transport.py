"""Ports that are missing, busy, forbidden, vanish or are no ports: one line each."""

import contextlib
import errno
import os
import pty
import socket
import termios
import threading
import tty
from collections.abc import Iterator

import pytest
import serial

from tinykd.errors import LinkError
from tinykd.link.transport import PortSettings, SerialTransport


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """The board's end of a pseudo-terminal, and the name of ours."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.close(slave)
    yield master, name
    with contextlib.suppress(OSError):
        os.close(master)


def message(url: str) -> str:
    with pytest.raises(LinkError) as error:
        SerialTransport.open(url)
    return str(error.value)


def test_missing_port() -> None:
    assert message("/dev/ttyTINYKD") == (
        "/dev/ttyTINYKD: no such port; expected a connected board. List the ports: tinykd ports"
    )


def test_busy_port(terminal: tuple[int, str]) -> None:
    _, name = terminal
    with SerialTransport.open(name):
        assert message(name) == (
            f"{name}: the port is in use; expected a free port. Close the other program (a serial monitor?)"
        )


def test_a_port_that_is_let_go_of_a_moment_later_is_opened(
    terminal: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that was killed, and a child of it that was about to start, hold the lock a little longer."""
    _, name = terminal
    first = SerialTransport.open(name)
    monkeypatch.setattr("tinykd.link.transport.LET_GO_S", 60.0)
    threading.Timer(0.3, first.close).start()
    with SerialTransport.open(name):
        pass


def test_forbidden_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: serial.Serial) -> None:
        raise serial.SerialException(13, "could not open port: Permission denied")

    monkeypatch.setattr(serial.Serial, "open", forbidden)
    assert message("/dev/ttyS77") == (
        "/dev/ttyS77: no permission to open the port. "
        "Add yourself to its group: sudo usermod -aG dialout $USER"
    )


def test_refused_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"socket://127.0.0.1:{unused.getsockname()[1]}"
    assert (
        message(url)
        == f"{url}: the connection was refused; expected an emulator or server that listens there"
    )


@pytest.mark.parametrize("url", ["nonsense://x", "socket://", "socket://localhost:99999", "rfc2217://:x"])
def test_no_url(url: str) -> None:
    assert message(url).startswith(f"{url}: cannot open the port (")


def test_a_file_is_no_port(tmp_path: os.PathLike[str]) -> None:
    file = os.path.join(tmp_path, "file")  # noqa: PTH118
    with open(file, "w"):  # noqa: PTH123
        pass
    assert message(file).startswith(f"{file}: cannot open the port (")


def test_bytes_both_ways(terminal: tuple[int, str]) -> None:
    master, name = terminal
    everything = bytes(range(256))
    with SerialTransport.open(name) as transport:
        assert transport.read(0.0) == b""
        os.write(master, everything)
        assert transport.read(1.0) == everything
        transport.write(everything)
        assert os.read(master, 1000) == everything


def test_vanished_port(terminal: tuple[int, str]) -> None:
    master, name = terminal
    with SerialTransport.open(name) as transport:
        os.close(master)
        with pytest.raises(LinkError) as error:
            transport.read(0.1)
        assert str(error.value).startswith(f"{name}: the port went away (")
        assert str(error.value).endswith(". Check the cable and that the board still runs")
        with pytest.raises(LinkError, match="the port went away"):
            transport.write(b"x")


def test_board_that_takes_no_bytes(terminal: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinykd.link.transport.WRITE_TIMEOUT_S", 0.2)
    _, name = terminal
    with SerialTransport.open(name) as transport, pytest.raises(LinkError) as error:
        for _ in range(100):
            transport.write(bytes(65536))
    assert (
        str(error.value)
        == f"{name}: takes no bytes for 0.2 s; expected a board that listens. Reset the board"
    )


def test_lines_are_set_before_the_port_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, bool, int]] = []

    def spy(self: serial.Serial) -> None:
        seen.append((self.dtr, self.rts, self.baudrate))
        raise serial.SerialException(2, "no such port")

    monkeypatch.setattr(serial.Serial, "open", spy)
    with pytest.raises(LinkError):
        SerialTransport.open("/dev/ttyUSB0", PortSettings(921600, dtr=False, rts=False))
    assert seen == [(False, False, 921600)]


def test_socket_url_and_its_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"socket://127.0.0.1:{server.getsockname()[1]}"

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(connection.recv(100).upper())

        thread = threading.Thread(target=serve)
        thread.start()
        with SerialTransport.open(url) as transport:
            transport.write(b"hello")
            assert transport.read(2.0) == b"HELLO"
            thread.join()
            with pytest.raises(LinkError, match="the port went away"):
                transport.read(2.0)


def test_ports_that_are_no_files() -> None:
    """As on Windows: pyserial's loop:// can only be polled."""
    with SerialTransport.open("loop://") as transport:
        assert transport.read(0.01) == b""
        transport.write(b"abc")
        assert transport.read(1.0) == b"abc"


def test_a_port_that_vanishes_while_it_is_opened(
    terminal: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyserial flushes a port that it has just opened, and termios has an error of its own."""

    def vanish(*_: object) -> None:
        raise termios.error(errno.EIO, "Input/output error")

    monkeypatch.setattr(termios, "tcflush", vanish)
    assert message(terminal[1]) == (
        f"{terminal[1]}: cannot open the port (Input/output error); expected a port or a pyserial URL"
    )
