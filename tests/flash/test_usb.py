"""Finding the port of a real board by its USB ids."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import serial.tools.list_ports

from tinykd.boards import load_board
from tinykd.errors import LinkError
from tinykd.flash.upload import upload_command
from tinykd.flash.usb import find_port

BOARD = load_board("nucleo_f446re")


def plugged(monkeypatch: pytest.MonkeyPatch, *ports: tuple[str, int | None, int | None]) -> None:
    found = [SimpleNamespace(device=device, vid=vid, pid=pid) for device, vid, pid in ports]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: found)


def test_the_one_port_with_the_boards_id_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(
        monkeypatch,
        ("/dev/ttyS0", None, None),
        ("/dev/ttyACM0", 0x0483, 0x374B),
        ("/dev/ttyUSB0", 0x10C4, 0xEA60),
    )
    assert find_port(BOARD, None) == "/dev/ttyACM0"


def test_no_board_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, ("/dev/ttyUSB0", 0x10C4, 0xEA60))
    with pytest.raises(LinkError) as caught:
        find_port(BOARD, None)
    assert str(caught.value) == (
        "board nucleo_f446re: no port has its USB id; expected one of 0483:374b, 0483:3752. "
        "Type `tinykd ports` for what is plugged in, and pass one with --port"
    )


def test_two_boards_are_not_guessed_between(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, ("COM4", 0x0483, 0x374B), ("COM3", 0x0483, 0x374B))
    with pytest.raises(LinkError, match="several ports have its USB id: COM3, COM4; expected one of"):
        find_port(BOARD, None)


@pytest.mark.parametrize("port", ["COM7", "rfc2217://lab:4000", "socket://127.0.0.1:9"])
def test_a_given_port_is_taken(port: str) -> None:
    assert find_port(BOARD, port) == port


def test_a_board_that_comes_back_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[SimpleNamespace] = []
    calls = iter(range(100))

    def comports() -> list[SimpleNamespace]:
        if next(calls) == 2:
            found.append(SimpleNamespace(device="COM9", vid=0x0483, pid=0x374B))
        return found

    monkeypatch.setattr(serial.tools.list_ports, "comports", comports)
    assert find_port(BOARD, None, timeout_s=5.0) == "COM9"


def test_uploading_builds_nothing_anew() -> None:
    command = upload_command("pio", Path("my project"), "COM3")
    assert command == [
        "pio",
        "run",
        "-d",
        "my project",
        "-t",
        "nobuild",
        "-t",
        "upload",
        "--upload-port",
        "COM3",
    ]
