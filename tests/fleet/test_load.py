"""A fleet's file: the matrix, and each mistake as one line before any board is touched."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.fleet.made import HEAD, fleet
from tinykd.errors import UserError
from tinykd.fleet.schema import FleetBoard, FleetFile, FleetSection

DOCUMENT = Path(__file__).parents[2] / "docs" / "fleet.md"

BAD = {
    "an unknown key of a board": (
        HEAD + '[board.host]\nprot = "x"\n',
        "boards.toml: [board.host] prot: unknown key; expected port",
    ),
    "an unknown key of the fleet": (
        HEAD + "retrys = 2\n[board.host]\n",
        "boards.toml: [fleet] retrys: unknown key; expected retries",
    ),
    "an unknown section": (
        HEAD + "[boards.host]\n",
        "boards.toml: [boards]: unknown key; expected board",
    ),
    "no board": (
        HEAD,
        "boards.toml: [board]: is missing; expected at least one [board.NAME], such as [board.host]",
    ),
    "a name that is no name": (
        HEAD + '[board."../x"]\n',
        "boards.toml: [board.../x]: cannot be a board's name; expected letters, digits and _ . + -",
    ),
    "a wrong type": (
        HEAD + 'retries = "two"\n[board.host]\n',
        "boards.toml: [fleet] retries: 'two' is not allowed; expected a whole number",
    ),
    "a hook that is a text for a shell": (
        HEAD + '[board.host]\npower = "uhubctl -a cycle"\n',
        "boards.toml: [board.host] power: 'uhubctl -a cycle' is not allowed; "
        'expected a list such as ["a", "b"]',
    ),
    "no such runtime": (
        HEAD + '[board.host]\nruntimes = ["tfml"]\n',
        "boards.toml: [board.host] runtimes: 'tfml' is not allowed; expected 'static' or 'tflm'",
    ),
    "a board that is not known": (
        HEAD + "[board.qemu-microbits]\n",
        "board qemu-microbits: no such board; expected qemu-microbit. Type `tinykd boards` for the list",
    ),
    "a board without that runtime": (
        HEAD + 'runtimes = ["static", "tflm"]\n[board.uno]\n',
        'boards.toml: [board.uno] runtimes: board uno has no runtime tflm; expected "static". '
        'Type runtimes = ["static"] in [board.uno]',
    ),
    "a model that is not there": (
        '[fleet]\nmodels = ["none.tflite"]\n[board.host]\n',
        "none.tflite: cannot be read (No such file or directory); expected a .tflite file",
    ),
    "two boards on one URL": (
        HEAD
        + '[board.a]\nboard = "uno"\nport = "socket://h:1"\n[board.b]\nboard = "pico"\nport = "socket://h:1"\n',
        "boards.toml: [board.b]: is on socket://h:1, as [board.a] is; expected a port of its own. "
        'Such as port = "/dev/serial/by-id/…"; `tinykd ports` lists them',
    ),
    "two boards found by one USB id": (
        HEAD + '[board.a]\nboard = "pico"\n[board.b]\nboard = "pico"\n',
        "boards.toml: [board.b]: is on whatever port has the USB id 2e8a:00c0, as [board.a] is; expected a "
        'port of its own. Such as port = "/dev/serial/by-id/…"; `tinykd ports` lists them',
    ),
    "a board that is not flashed that way": (
        HEAD + '[board.uno]\nvia = "pyocd"\n',
        "board uno: is not flashed via pyocd; expected pio. Type `--via pio`",
    ),
    "no TOML": (
        "[fleet\n",
        "boards.toml: cannot be read (Expected ']' at the end of a table declaration (at line 1, column 7)); "
        'expected a fleet\'s TOML: [fleet] models = ["m.tflite"] and [board.host]',
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, wanted = BAD[case]
    with pytest.raises(UserError) as error:
        fleet(Path(), text, "")
    assert str(error.value) == wanted


def test_links_to_one_device_are_one_port(tmp_path: Path) -> None:
    (tmp_path / "tty").touch()
    for name in ("a", "b"):
        (tmp_path / name).symlink_to(tmp_path / "tty")
    boards = "".join(f'[board.{name}]\nboard = "uno"\nport = "{tmp_path / name}"\n' for name in "ab")
    with pytest.raises(UserError, match=r"\[board.b\]: is on \S+/tty, as \[board.a\] is"):
        fleet(tmp_path, boards)


def test_boards_models_and_runtimes_make_the_matrix(tmp_path: Path) -> None:
    (tmp_path / "n.tflite").write_bytes(b"another")
    desk = '[board.desk]\nboard = "qemu-microbit"\nmodels = ["n.tflite"]\n'
    asked = fleet(tmp_path, '[board.host]\nruntimes = ["static", "tflm"]\n' + desk)
    assert [cell.key for cell in asked.cells] == [
        ("host", "m.tflite", "static"),
        ("host", "m.tflite", "tflm"),
        ("desk", "n.tflite", "static"),
    ]
    assert asked.cells[2].place.board.name == "qemu-microbit"


def test_a_boards_own_toml_and_hook_lie_beside_the_file(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "boards" / "qemu-microbit.toml"
    (tmp_path / "mine.toml").write_text(source.read_text())
    asked = fleet(tmp_path, '[board.x]\nboard = "mine.toml"\npower = ["./relay.sh", "3"]\n')
    assert asked.cells[0].place.given == str(tmp_path / "mine.toml")
    assert asked.cells[0].place.power == (str(tmp_path / "relay.sh"), "3")


def test_the_documents_file_is_accepted_and_every_key_is_explained() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert set(FleetFile.model_validate(tomllib.loads(block)).board) == {
        "host",
        "qemu-microbit",
        "desk",
        "roof",
    }
    for key in {**FleetSection.model_fields, **FleetBoard.model_fields}:
        assert re.search(rf"^\| .*`{key}`.* \|", text, re.MULTILINE), key
