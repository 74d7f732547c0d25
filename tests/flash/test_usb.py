"""Finding the port of a real board by its USB ids, and finding it again after it was flashed."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial.tools.list_ports

from tinykd.boards import load_board
from tinykd.cli.choose_port import ask, choose_port
from tinykd.errors import LinkError
from tinykd.flash import usb
from tinykd.flash.access import check_access
from tinykd.flash.usb import Plugged, candidates, come_back, find_port, known

BOARD, NANO = load_board("nucleo_f446re"), load_board("nano33ble")
Port = tuple[str, int | None, int | None, str, str]  # device, vendor, product, serial number, socket


def port(device: str, vid: int | None, pid: int | None, serial_number: str = "", location: str = "") -> Port:
    return device, vid, pid, serial_number, location


def as_pyserial(ports: tuple[Port, ...]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            device=d, vid=v, pid=p, serial_number=n or None, location=at or None, description="ST-Link"
        )
        for d, v, p, n, at in ports
    ]


def plugged(monkeypatch: pytest.MonkeyPatch, *ports: Port) -> None:
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: as_pyserial(ports))


def seen(monkeypatch: pytest.MonkeyPatch, *looks: tuple[Port, ...]) -> None:
    """``looks``: what is there each time somebody looks; the last stays."""
    left = list(looks)
    monkeypatch.setattr(
        serial.tools.list_ports, "comports", lambda: as_pyserial(left.pop(0) if len(left) > 1 else left[0])
    )
    monkeypatch.setattr(usb, "POLL_S", 0.0)
    monkeypatch.setattr(usb, "SETTLE_S", 0.0)


def test_the_one_port_with_the_boards_id_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(
        monkeypatch,
        port("/dev/ttyS0", None, None),
        port("/dev/ttyACM0", 0x0483, 0x374B),
        port("/dev/ttyUSB0", 0x10C4, 0xEA60),
    )
    assert find_port(BOARD, None) == "/dev/ttyACM0"


def test_no_board_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, port("/dev/ttyUSB0", 0x10C4, 0xEA60))
    with pytest.raises(LinkError) as caught:
        find_port(BOARD, None)
    assert str(caught.value) == (
        "board nucleo_f446re: no port has its USB id; expected one of 0483:374b, 0483:3752. "
        "Plug it in with a cable that carries data; `tinykd ports` lists what is there, --port takes one"
    )


TWO = (port("COM4", 0x0483, 0x374B, "066A"), port("COM3", 0x0483, 0x374B, "066B"))


def test_two_boards_are_listed_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch, *TWO)
    with pytest.raises(LinkError) as caught:
        find_port(BOARD, None)
    assert str(caught.value) == (
        "board nucleo_f446re: 2 ports have its USB id: COM3 (0483:374b, serial number 066B), "
        "COM4 (0483:374b, serial number 066A); expected one board, or the port of the one that is meant. "
        "Type `--port COM3`, or the one that it is"
    )


def test_on_a_terminal_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged(monkeypatch, *TWO)
    assert ask("nucleo_f446re", candidates(BOARD), io.StringIO("\n7\ntwo\n2\n")) == "COM4"
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err == (
        "2 ports have the USB id of nucleo_f446re:\n"
        "  1  COM3  ST-Link (0483:374b, serial number 066B)\n"
        "  2  COM4  ST-Link (0483:374b, serial number 066A)\n" + "Which one? [1-2] " * 4
    )
    with pytest.raises(KeyboardInterrupt):
        ask("nucleo_f446re", candidates(BOARD), io.StringIO(""))


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def test_a_project_asks_only_when_it_must(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\n[target]\nboard = "nucleo_f446re"\n')
    plugged(monkeypatch, *TWO)
    assert choose_port(tmp_path, (), Terminal("1\n")) == "COM3"
    assert choose_port(tmp_path, ("host",), Terminal()) is None
    assert choose_port(tmp_path, (), io.StringIO("1\n")) is None
    plugged(monkeypatch, TWO[0])
    assert choose_port(tmp_path, (), Terminal()) is None


@pytest.mark.parametrize("given", ["COM7", "rfc2217://lab:4000", "socket://127.0.0.1:9"])
def test_a_given_port_is_taken(given: str) -> None:
    assert find_port(BOARD, given) == given


def test_a_board_that_comes_back_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(monkeypatch, (), (), (port("COM9", 0x0483, 0x374B),))
    assert find_port(BOARD, None, timeout_s=5.0) == "COM9"


RUNS = port("/dev/ttyACM0", 0x2341, 0x805A, "77AA", "1-2:1.0")
BOOTS = port("/dev/ttyACM1", 0x2341, 0x005A, "77AA", "1-2:1.0")
AGAIN = port("/dev/ttyACM3", 0x2341, 0x805A, "77AA", "1-2:1.0")
OTHER = port("/dev/ttyACM2", 0x2341, 0x805A, "88BB", "1-4:1.0")


def test_a_board_is_found_again_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(monkeypatch, (RUNS, OTHER))
    before = known("/dev/ttyACM0")
    assert before == Plugged("/dev/ttyACM0", "2341:805a", "77AA", "1-2:1.0", "ST-Link")
    seen(monkeypatch, (RUNS, OTHER), (OTHER,), (OTHER,), (OTHER, AGAIN))
    assert come_back(NANO, before) == "/dev/ttyACM3"


def test_a_board_without_a_serial_number_is_known_by_its_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = port("COM5", 0x2341, 0x805A, "", "1-2:x.0"), port("COM6", 0x2341, 0x805A, "", "1-4:x.0")
    seen(monkeypatch, (here, there))
    before = known("COM5")
    moved = port("COM8", 0x2341, 0x805A, "", "1-2:x.2")
    seen(monkeypatch, (there,), (there, moved))
    assert come_back(NANO, before) == "COM8"


def test_a_debug_probe_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usb, "VANISH_TIMEOUT_S", 0.01)
    seen(monkeypatch, (port("COM4", 0x0483, 0x374B, "066A"),))
    assert come_back(BOARD, known("COM4")) == "COM4"
    assert come_back(BOARD, Plugged("socket://127.0.0.1:9")) == "socket://127.0.0.1:9"


def test_a_board_that_does_not_come_back_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(monkeypatch, (OTHER,))
    before = Plugged("/dev/ttyACM0", "2341:805a", "77AA", "1-2:1.0")
    with pytest.raises(LinkError) as caught:
        come_back(NANO, before, timeout_s=0.05)
    assert str(caught.value) == (
        "board nano33ble: was flashed at /dev/ttyACM0 and did not come back within 0.05 s; "
        "expected its port to appear again. Press its reset button or plug it in anew, "
        "then type `tinykd verify --force --board nano33ble`"
    )


def test_a_port_that_somebody_holds_is_named_with_who(tmp_path: Path) -> None:
    """Another process has it open: a child of ours that sleeps."""
    import subprocess
    import sys

    master, slave = os.openpty()
    name = os.ttyname(slave)
    code = f"import os, time; os.open({name!r}, os.O_RDWR); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        with pytest.raises(LinkError) as caught:
            check_access(name)
        other.kill()
    os.close(master)
    os.close(slave)
    who = Path(sys.executable).resolve().name
    assert str(caught.value).startswith(f"{name}: is in use by python") and who.startswith("python")
    assert str(caught.value).endswith(
        f" (process {other.pid}); expected a port that is free. Close it (a serial monitor?) and retry"
    )


def test_a_port_that_may_not_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse: Callable[..., bool] = lambda *_: False  # noqa: E731 - root may open everything
    monkeypatch.setattr(os, "access", refuse)
    monkeypatch.setattr(Path, "group", lambda _: "dialout")
    with pytest.raises(LinkError) as caught:
        check_access("/dev/null")
    assert str(caught.value) == (
        "/dev/null: permission denied; expected a port that you may open. "
        "Type `sudo usermod -aG dialout $USER`, then log out and in again"
    )
    check_access("COM3")
    check_access("socket://127.0.0.1:9")
