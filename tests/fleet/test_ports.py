"""Ports that come late, come and go, come twice; boards that start over and over."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fleet.made import FakeBoards, fleet, ran
from tinykd.errors import LinkError
from tinykd.flash import usb
from tinykd.flash.usb import Plugged
from tinykd.fleet import brown_out, settle
from tinykd.fleet.settle import await_port

UNO = Plugged("COM7", "2341:0043", "A1")
OTHER = Plugged("COM9", "2341:0043", "B2")


def looks(monkeypatch: pytest.MonkeyPatch, *seen: tuple[Plugged, ...]) -> None:
    """What is plugged in, each time somebody looks; the last stays."""
    left = list(seen)

    def look() -> list[Plugged]:
        return list(left.pop(0) if len(left) > 1 else left[0])

    for module in (usb, settle):
        monkeypatch.setattr(module, "plugged", look)
        monkeypatch.setattr(module, "POLL_S", 0.001)
    monkeypatch.setattr(settle, "SETTLE_S", 0.003)


def await_uno(tmp_path: Path, timeout_s: float = 5.0) -> None:
    await_port(fleet(tmp_path, "[board.uno]\n").cells[0].place, timeout_s)


def test_a_port_that_comes_late_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, (), (), (), (UNO,))
    await_uno(tmp_path)


def test_a_port_that_comes_first_as_boot_loader_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(monkeypatch, (UNO,), (), (), (UNO,))
    await_uno(tmp_path)


def test_a_port_that_does_not_come_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, ())
    with pytest.raises(LinkError) as error:
        await_uno(tmp_path, 0.01)
    assert str(error.value) == (
        "[board.uno]: board uno: no port has its USB id; expected one of 2341:0043, 2341:0001, "
        "2341:0243, 2a03:0043, 1a86:7523. "
        'Look at power and cable; port = "/dev/serial/by-id/…" names one board for good'
    )


def test_a_board_that_is_there_twice_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, (UNO, OTHER))
    with pytest.raises(LinkError) as error:
        await_uno(tmp_path, 0.01)
    assert str(error.value) == (
        "[board.uno]: board uno: 2 ports have its USB id: COM7 (2341:0043, serial number A1), COM9 "
        "(2341:0043, serial number B2); expected one board, or the port of the one that is meant. "
        'Look at power and cable; port = "/dev/serial/by-id/…" names one board for good'
    )


def test_a_port_that_comes_and_goes_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, *([(UNO,), ()] * 40))
    with pytest.raises(LinkError) as error:
        await_uno(tmp_path)
    assert str(error.value) == (
        "COM7: the port came and went 4 times; expected a board that stays connected. "
        "Check supply, cable and hub: a board that browns out does this"
    )


@contextmanager
def saying(text: bytes, pause_s: float = 0.01) -> Iterator[str]:
    """A port at which ``text`` comes again and again, as long as somebody listens."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def serve() -> None:
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                    with client:
                        while not stop.wait(pause_s):
                            client.sendall(text)
                except OSError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"socket://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()


def failed_at(tmp_path: Path, url: str) -> str:
    boards = f'[board.desk]\nboard = "qemu-microbit"\nport = "{url}"\n'
    asked = fleet(tmp_path, boards, '[fleet]\nmodels = ["m.tflite"]\nretries = 0\n')
    (record,) = ran(asked, FakeBoards(desk=LinkError(url, "no answer in 60 s")))
    assert record.verdict == "failed"
    return record.reasons[0]


def test_a_board_that_starts_over_and_over_is_told(tmp_path: Path) -> None:
    with saying(b"\r\ntinykd digits (static) ready, type help\r\n") as url:
        assert failed_at(tmp_path, url) == (
            f"[board.desk] {url}: the board starts over and over (3 banners within 4 s); expected one that "
            "keeps running. Check supply, cable and hub; a port of a powered hub gives more current"
        )


def test_a_brown_out_that_an_esp32_tells_of_is_told(tmp_path: Path) -> None:
    with saying(b"\r\nBrownout detector was triggered\r\n\r\nets Jun  8 2016\r\n") as url:
        assert "the board says that its supply browns out (0 banners" in failed_at(tmp_path, url)


def test_other_words_do_not_hide_what_was_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brown_out, "LISTEN_S", 0.1)
    with saying(b"hello\r\n") as url:
        assert failed_at(tmp_path, url) == f"{url}: no answer in 60 s"
