"""A board is found again under another name, by what its USB says."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tinykd.errors import LinkError
from tinykd.link.ports import finder


@dataclass
class Port:
    device: str
    vid: int | None = 0x2E8A
    pid: int | None = 0x000A
    serial_number: str | None = None
    location: str = "1-1"


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> list[Port]:
    plugged_in: list[Port] = []
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: plugged_in)
    return plugged_in


def test_by_its_serial_number_in_any_socket(ports: list[Port]) -> None:
    ports += [
        Port("/dev/ttyACM0", serial_number="A"),
        Port("/dev/ttyACM1", serial_number="B", location="1-2"),
    ]
    find = finder("/dev/ttyACM0")
    assert find is not None
    ports[:] = [
        Port("/dev/ttyACM1", serial_number="B"),
        Port("/dev/ttyACM7", serial_number="A", location="3-1"),
    ]
    assert find() == "/dev/ttyACM7"


def test_without_a_serial_number_by_its_socket(ports: list[Port]) -> None:
    ports += [Port("/dev/ttyUSB0"), Port("/dev/ttyUSB1", location="1-2")]
    find = finder("/dev/ttyUSB0")
    assert find is not None
    ports[:] = [Port("/dev/ttyUSB1"), Port("/dev/ttyUSB2", location="1-2")]
    assert find() == "/dev/ttyUSB1"


def test_not_there(ports: list[Port]) -> None:
    ports.append(Port("/dev/ttyACM0"))
    find = finder("/dev/ttyACM0")
    ports[:] = [Port("/dev/ttyACM0", pid=3)]  # another board
    assert find is not None
    with pytest.raises(LinkError) as error:
        find()
    assert str(error.value) == (
        "/dev/ttyACM0: the board's USB id is not there; expected the board that was there"
    )


def test_several(ports: list[Port]) -> None:
    ports.append(Port("/dev/ttyACM0", serial_number="1"))
    find = finder("/dev/ttyACM0")
    ports.append(Port("/dev/ttyACM1", serial_number="1"))  # cheap boards share one
    assert find is not None
    with pytest.raises(LinkError, match="several ports have the board's USB id"):
        find()


def test_a_link_to_the_port(ports: list[Port], tmp_path: Path) -> None:
    (tmp_path / "ttyACM0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyACM0")
    ports.append(Port(str(tmp_path / "ttyACM0")))
    assert finder(str(tmp_path / "by-id")) is not None


@pytest.mark.parametrize("url", ["socket://localhost:1", "/dev/pts/3", "/dev/ttyS0"])
def test_without_usb_nobody_knows(ports: list[Port], url: str) -> None:
    ports.append(Port("/dev/ttyS0", vid=None, pid=None))
    assert finder(url) is None
