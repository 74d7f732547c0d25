"""Which boards are plugged in, which one a shared USB id means, and where one is that went away."""

import types

import pytest

from tinykd.errors import ConfigError, LinkError
from tinykd.sessions.connected_boards import (
    BoardPort,
    at_port,
    identity_of,
    name_of,
    plugged_in,
    port_finder,
    usb_identity,
)


def port(device: str, usb_id: str, serial: str, location: str = "") -> types.SimpleNamespace:
    vid, pid = (int(part, 16) for part in usb_id.split(":"))
    return types.SimpleNamespace(
        device=device, vid=vid, pid=pid, serial_number=serial, location=location, description="x"
    )


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> list[types.SimpleNamespace]:
    """What the system says is plugged in."""
    there: list[types.SimpleNamespace] = []
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda *_: list(there))
    return there


def test_boards_by_their_usb_id(ports: list[types.SimpleNamespace]) -> None:
    ports += [port("/dev/ttyB", "0483:374b", "1"), port("/dev/ttyA", "ffff:0001", "2")]
    (found,) = plugged_in()
    assert (found.port, found.usb_id) == ("/dev/ttyB", "0483:374b")
    assert {"nucleo_f401re", "nucleo_f446re"} <= set(found.boards)


def test_a_shared_id_is_the_board_that_is_wanted() -> None:
    found = BoardPort("/dev/ttyB", ("nucleo_f401re", "nucleo_f446re"), "0483:374b")
    assert name_of(found, {"nucleo_f446re", "host"}) == "nucleo_f446re"
    with pytest.raises(ConfigError) as error:
        name_of(found, {"host"})
    assert str(error.value) == (
        "/dev/ttyB: USB id 0483:374b is that of nucleo_f401re and nucleo_f446re; expected one of them. "
        "Name it: --board nucleo_f401re"
    )


def test_a_board_that_comes_back_under_another_name(ports: list[types.SimpleNamespace]) -> None:
    ports += [port("/dev/ttyB", "0483:374b", "77"), port("/dev/ttyC", "0483:374b", "78")]
    find = port_finder("/dev/ttyB")
    assert usb_identity("/dev/ttyB") == "usb 0483:374b 77"
    assert find() == "/dev/ttyB"
    ports[0] = port("/dev/ttyD", "0483:374b", "77")
    assert find() == "/dev/ttyD"
    del ports[0]
    with pytest.raises(LinkError) as error:
        find()
    assert str(error.value) == (
        "/dev/ttyB: the board is not plugged in; expected it to come back. Plug it in again"
    )


def test_a_bridge_with_its_makers_serial_number_is_known_by_its_socket(
    ports: list[types.SimpleNamespace],
) -> None:
    """Two ESP32s on CP2102 bridges: neither is taken for the other, in a journal or after a cut."""
    first, second = (port(f"/dev/ttyUSB{i}", "10c4:ea60", "0001", f"1-{i}") for i in range(2))
    ports += [second, first]
    find = port_finder("/dev/ttyUSB0")
    assert usb_identity("/dev/ttyUSB0") == "usb 10c4:ea60 0001 in 1-0"
    assert usb_identity("/dev/ttyUSB1") == "usb 10c4:ea60 0001 in 1-1"
    assert find() == "/dev/ttyUSB0"
    ports.remove(first)
    with pytest.raises(LinkError) as error:
        find()
    assert str(error.value) == (
        "/dev/ttyUSB0: the board is not plugged in; expected it to come back. Plug it in again"
    )
    ports.append(port("/dev/ttyUSB5", "10c4:ea60", "0001", "1-0"))
    assert find() == "/dev/ttyUSB5"


def test_who_the_projects_board_is(ports: list[types.SimpleNamespace]) -> None:
    """So that answers of one board are never taken for those of the next one of its kind."""
    from tinykd.boards import load_board

    nucleo = load_board("nucleo_f446re")
    ports += [port("/dev/ttyA", "0483:374b", "066DFF01"), port("/dev/ttyB", "0483:374b", "066DFF02")]
    assert identity_of(nucleo, "/dev/ttyA") == "usb 0483:374b 066DFF01"
    assert identity_of(nucleo, "/dev/ttyB") == "usb 0483:374b 066DFF02"
    assert identity_of(nucleo, "/dev/ttyS0") == "/dev/ttyS0"
    assert identity_of(load_board("host"), "/dev/pts/7") == "virtual host"


def test_firmware_of_another_protocol_is_not_verified() -> None:
    from tinykd.pipeline.device import check_protocol
    from tinykd.project.schema import Project

    check_protocol(Project.model_validate({"project": {"name": "a"}}))
    with pytest.raises(ConfigError) as error:
        check_protocol(Project.model_validate({"project": {"name": "a"}, "target": {"protocol": "mlperf"}}))
    assert str(error.value) == (
        '[target] protocol: "mlperf": its grammar has no hashes, and three decimals prove no equality; '
        'expected "tinykd". Verify with the protocol tinykd, then flash the other for its runner'
    )


def test_a_url_is_where_it_was(ports: list[types.SimpleNamespace]) -> None:
    from tinykd.boards import load_board

    assert port_finder("socket://127.0.0.1:5")() == "socket://127.0.0.1:5"
    assert at_port("socket://127.0.0.1:5", load_board("host")).identity == "socket://127.0.0.1:5"
