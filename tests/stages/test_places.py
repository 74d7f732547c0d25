"""Which boards are plugged in, which one a shared USB id means, and where one is that went away."""

import types

import pytest

from tinykd.errors import ConfigError, LinkError
from tinykd.stages.places import Found, at_port, name_of, plugged_in, usb_serial, way_back


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
    found = Found("/dev/ttyB", ("nucleo_f401re", "nucleo_f446re"), "0483:374b")
    assert name_of(found, {"nucleo_f446re", "host"}) == "nucleo_f446re"
    with pytest.raises(ConfigError) as error:
        name_of(found, {"host"})
    assert str(error.value) == (
        "/dev/ttyB: USB id 0483:374b is that of nucleo_f401re and nucleo_f446re; expected one of them. "
        "Name it: --board nucleo_f401re"
    )


def test_a_board_that_comes_back_under_another_name(ports: list[types.SimpleNamespace]) -> None:
    ports += [port("/dev/ttyB", "0483:374b", "77"), port("/dev/ttyC", "0483:374b", "78")]
    find = way_back("/dev/ttyB")
    assert usb_serial("/dev/ttyB") == "usb 77"
    assert find() == "/dev/ttyB"
    ports[0] = port("/dev/ttyD", "0483:374b", "77")
    assert find() == "/dev/ttyD"
    del ports[0]
    with pytest.raises(LinkError) as error:
        find()
    assert str(error.value) == (
        "/dev/ttyB: the board is not plugged in; expected it to come back. Plug it in again"
    )


def test_firmware_of_another_protocol_is_not_verified() -> None:
    from tinykd.project.schema import Project
    from tinykd.stages.steps import check_protocol

    check_protocol(Project.model_validate({"project": {"name": "a"}}))
    with pytest.raises(ConfigError) as error:
        check_protocol(Project.model_validate({"project": {"name": "a"}, "target": {"protocol": "mlperf"}}))
    assert str(error.value) == (
        '[target] protocol: "mlperf": its grammar has no hashes, and three decimals prove no equality; '
        'expected "tinykd". Verify with the protocol tinykd, then flash the other for its runner'
    )


def test_a_url_is_where_it_was(ports: list[types.SimpleNamespace]) -> None:
    from tinykd.boards import load_board

    assert way_back("socket://127.0.0.1:5")() == "socket://127.0.0.1:5"
    assert at_port("socket://127.0.0.1:5", load_board("host")).identity == "socket://127.0.0.1:5"
