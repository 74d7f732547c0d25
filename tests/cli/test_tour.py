"""``tour``: which board it takes, what it says, where it stops; its commands are those of its page."""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_verbs import one_error
from tinykd.boards import Board, load_board
from tinykd.cli import doctor, tour_board, verbs_tour
from tinykd.cli.output import Output
from tinykd.cli.tour_steps import TourPlan
from tinykd.errors import LinkError, ToolError, UserError
from tinykd.flash import usb
from tinykd.flash.usb import Plugged

PAGE = Path(__file__).resolve().parents[2] / "docs/tour.md"
NUCLEO = Plugged("/dev/ttyACM0", "0483:374b", "066D", "1-2")
TEENSY = Plugged("/dev/ttyACM1", "16c0:0483", "12345", "1-3")


def page_commands() -> list[str]:
    """The lines of the page's blocks that are marked as the tour's."""
    found = re.findall(r"^<!-- tour -->\n```sh\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return [line for block in found for line in block.splitlines()]


def test_the_page_has_the_commands_of_the_tour_and_no_others() -> None:
    steps = TourPlan("tour", load_board(tour_board.EMULATED)).steps
    typed = [shlex.split(line) for line in page_commands()]
    assert typed.pop(1) == ["cd", "tour"]
    assert typed == [["tinykd", *step.command] for step in steps]


def test_a_port_goes_to_the_verbs_that_talk_to_the_board() -> None:
    steps = TourPlan("tour", load_board("pico"), "/dev/ttyACM0").steps
    assert [step.command[0] for step in steps if "--port" in step.command] == ["flash", "verify", "monitor"]
    assert "in place of what was there" in steps[6].what


# --- which board ------------------------------------------------------------------------------------------


def choose(
    monkeypatch: pytest.MonkeyPatch, ports: list[Plugged], tools: set[str], *, allowed: bool = True
) -> tour_board.TourBoard:
    """With ``ports`` connected and ``tools`` on the PATH; PlatformIO is there."""
    monkeypatch.setattr(usb, "plugged", lambda: ports)
    monkeypatch.setattr(tour_board.shutil, "which", lambda name: name if name in tools else None)
    monkeypatch.setattr(tour_board, "find_pio", lambda: "pio")
    asked = list[tuple[Board, str]]()
    found = tour_board.tour_board(None, lambda board, device: (asked.append((board, device)), allowed)[1])
    assert [(board.name, device) for board, device in asked] in ([], [("teensy41", TEENSY.device)])
    return found


ALL = {"make", "cc", "g++", "arm-none-eabi-gcc", "qemu-system-arm"}


def test_the_connected_board_is_taken_when_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = choose(monkeypatch, [TEENSY], ALL)
    assert (found.board.name, found.why) == ("teensy41", "It is connected.")


def test_a_board_that_may_not_be_flashed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = choose(monkeypatch, [TEENSY], ALL, allowed=False)
    assert found.board.name == "qemu-mps2-an386"
    assert found.why == (
        "teensy41 is connected and was not asked; --board teensy41 puts the firmware on it. "
        "An emulated one stands for it."
    )


def test_boards_that_share_a_usb_id_are_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = choose(monkeypatch, [NUCLEO], ALL)
    assert found.board.name == "qemu-mps2-an386"
    shown = r"What is connected has the USB id of (\w+, ){3}\w+ or \d+ more: --board takes the name of the"
    assert re.match(shown, found.why)


def test_no_board_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    found = choose(monkeypatch, [], ALL)
    wanted = "No board that is known is connected. An emulated one stands for it."
    assert (found.board.name, found.why) == ("qemu-mps2-an386", wanted)


def test_without_an_emulator_it_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = choose(monkeypatch, [], ALL - {"qemu-system-arm"})
    assert (found.board.name, found.why) == (
        "host",
        "No board that is known is connected. "
        "For an emulated one qemu-system-arm would be needed (`tinykd doctor`).",
    )


def test_without_a_compiler_it_says_so_before_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolError) as error:
        choose(monkeypatch, [], set())
    assert str(error.value) == (
        "tour: no compiler for any board; expected make, arm-none-eabi-gcc, qemu-system-arm; or a board, "
        "named by --board. Type `tinykd doctor`"
    )


def test_a_real_board_wants_platformio_before_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise ToolError("pio", "PlatformIO Core is not found")

    monkeypatch.setattr(tour_board, "find_pio", missing)
    with pytest.raises(ToolError, match="PlatformIO Core is not found"):
        tour_board.tour_board("pico", lambda board, device: True)


PLUGGED = {
    "none": (
        [NUCLEO],
        None,
        "board teensy41: no port has its USB id; expected one of 16c0:0483, 16c0:0478. Plug it in with a "
        "cable that carries data; `tinykd ports` lists what is there, --port takes one",
    ),
    "two": (
        [TEENSY, replace(TEENSY, device="/dev/ttyACM2", serial_number="6")],
        None,
        "board teensy41: 2 ports have its USB id: /dev/ttyACM1 (16c0:0483, serial number 12345), "
        "/dev/ttyACM2 (16c0:0483, serial number 6); expected one board, or the port of the one that is "
        "meant. Type `--port /dev/ttyACM1`, or the one that it is",
    ),
    "another port": (
        [TEENSY],
        "/dev/not_there",
        "/dev/not_there: no such port; expected a board that is plugged in. Type `tinykd ports`",
    ),
}


@pytest.mark.parametrize("case", PLUGGED)
def test_a_board_that_is_not_there_is_said_before_the_training(
    monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    ports, port, wanted = PLUGGED[case]
    monkeypatch.setattr(usb, "plugged", lambda: ports)
    monkeypatch.setattr(tour_board, "find_pio", lambda: "pio")
    with pytest.raises(LinkError) as caught:
        tour_board.tour_board("teensy41", lambda board, device: True, port)
    assert str(caught.value) == wanted


def test_nothing_is_flashed_where_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs_tour.sys.stdin, "isatty", lambda: False, raising=False)
    assert not verbs_tour._may_flash(Output(), load_board("teensy41"), TEENSY.device)
    monkeypatch.setattr(verbs_tour.sys.stdin, "isatty", lambda: True, raising=False)
    assert not verbs_tour._may_flash(Output(as_json=True), load_board("teensy41"), TEENSY.device)


# --- the walk ---------------------------------------------------------------------------------------------


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """The commands that a tour typed; each succeeds, ``build`` ends with 2 where a file ``bad`` is there."""
    typed = list[tuple[str, ...]]()

    def answer(command: tuple[str, ...]) -> int:
        typed.append(command)
        if "new" in command:
            Path("tour").mkdir()
            (Path("tour") / "tinykd.toml").write_text("")
        return 2 if "build" in command and Path("bad").exists() else 1 if "report" in command else 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(verbs_tour, "_exit_code", answer)
    monkeypatch.setattr(verbs_tour, "_check_packages", lambda: None)
    return typed


def test_a_tour_goes_all_the_way_and_a_failed_gate_is_its_exit_code(
    walked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verbs_tour.tour(Output(), "tour", "host") == 1
    assert walked == [step.command for step in TourPlan("tour", load_board("host")).steps]
    said = capsys.readouterr().out
    assert "Step 6 of 10: build the firmware\n" in said
    assert "  Type   tinykd build --board host   (in the folder tour)\n" in said
    assert "  Files  tour/build/host/build/firmware.elf\n" in said
    assert "  A gate of tinykd.toml failed, as the lines above say: exit code 1.\n" in said
    assert "\nThat was the tour, in 0 min 0 s.\n" in said


def test_a_step_that_fails_ends_the_tour_and_the_next_goes_on_with_the_project(
    walked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("tour").mkdir()
    (Path("tour") / "tinykd.toml").write_text("")
    (Path("tour") / "bad").write_text("")
    assert verbs_tour.tour(Output(), "tour", "host") == 2
    assert [command[0] for command in walked] == ["check", "train", "distill", "quantize", "build"]
    said = capsys.readouterr()
    assert said.err == (
        "The tour stopped at step 6 of 10: mend what the line above says, then type the same `tinykd tour` "
        "again to go on.\n"
    )
    assert "  tour/tinykd.toml is there already: the tour goes on with it.\n" in said.out
    assert "firmware.elf" not in said.out and "That was the tour" not in said.out


def test_as_json_it_is_one_document(
    walked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verbs_tour.tour(Output(as_json=True), "tour", "host") == 1
    assert all(command[0] == "--quiet" for command in walked)
    found = json.loads(capsys.readouterr().out)
    assert (found["folder"], found["board"], len(found["steps"])) == ("tour", "host", 10)
    assert found["steps"][0] == {
        "command": ["tinykd", "new", "tour", "--example", "digits"],
        "exit_code": 0,
        "files": ["tinykd.toml"],
    }


def test_packages_that_train_are_asked_for_first(monkeypatch: pytest.MonkeyPatch) -> None:
    fix = 'pip install "tinykd[train]"'
    missing = [doctor.Check(name, "optional", "not installed", fix) for name in ("tensorflow", "tf-keras")]
    monkeypatch.setattr(doctor, "missing_for_training", lambda: missing)
    with pytest.raises(UserError) as error:
        verbs_tour._check_packages()
    assert str(error.value) == (
        f"tour: not installed: tensorflow, tf-keras; expected the packages that train. Type `{fix}`"
    )


BAD = {
    "a name that is a path": (
        ["../x"],
        'name "../x": is a path; expected a lower-case C identifier, since the name becomes part of C code. '
        "Type `tinykd tour x`.",
    ),
    "a folder of something else": (
        ["taken"],
        "taken: is already there and holds no tinykd.toml; expected a name that is free. "
        "Type `tinykd tour taken_2`.",
    ),
    "a board that does not exist": (
        ["--board", "nucleo_f446er"],
        "board nucleo_f446er: no such board; expected nucleo_f446re. Type `tinykd boards` for the list",
    ),
    "a port that is not there": (
        ["--board", "host", "--port", "/dev/not_there"],
        "/dev/not_there: no such port; expected a board that is plugged in. Type `tinykd ports`",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_leaves_nothing(tinykd: Run, tmp_path: Path, case: str) -> None:
    (tmp_path / "taken").mkdir()
    arguments, wanted = BAD[case]
    assert one_error(tinykd("tour", *arguments)) == wanted
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
