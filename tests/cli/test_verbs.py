"""What the verbs print and how they end, by the whole text where it is an error."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tinykd.paths import EXAMPLES

VERBS = """tour new run train distill quantize generate build flash verify report tune inspect compile prove
fleet monitor profile boards ports doctor""".split()  # noqa: SIM905


@pytest.mark.parametrize("verb", VERBS)
def test_help_teaches_with_an_example(tinykd: Run, verb: str) -> None:
    done = tinykd(verb, "--help")
    assert done.returncode == 0
    assert re.search(rf"^ +tinykd {verb}\b", done.stdout, re.MULTILINE)
    for shared in ("--json", "--quiet", "--verbose"):
        assert shared in done.stdout


def test_help_lists_every_verb(tinykd: Run) -> None:
    text = tinykd("--help").stdout
    assert [verb for verb in VERBS if not re.search(rf"│ {verb} ", text)] == []
    assert "tinykd new demo --example digits" in text


def one_error(done: "object", code: int = 2) -> str:
    assert done.returncode == code, done  # type: ignore[attr-defined]
    assert done.stdout == ""  # type: ignore[attr-defined]
    lines: list[str] = done.stderr.splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1, lines
    return lines[0]


BAD = {
    "a missing file": (
        ["run", "none.toml"],
        "none.toml: no such file; expected a project file. Type `tinykd new demo` to make one",
    ),
    "no project here": (
        ["run"],
        "tinykd.toml: no such file; expected a project file. Type `tinykd new demo` to make one",
    ),
    "a name that is a path": (
        ["new", "../x"],
        'name "../x": is a path; expected a lower-case C identifier, since the name becomes part of C code. '
        "Type `tinykd new x`.",
    ),
    "a name that is a keyword": (
        ["new", "int"],
        'name "int": is a C or C++ keyword; expected a lower-case C identifier, since the name becomes part '
        "of C code. Type `tinykd new model_int`.",
    ),
    "an example that does not exist": (
        ["new", "demo", "--example", "digit"],
        'example "digit": no such example; expected digits',
    ),
    "a model that does not exist": (
        ["inspect", "none.tflite"],
        "none.tflite: cannot be read (No such file or directory); expected a .tflite file",
    ),
    "a board that does not exist": (
        ["compile", "none.tflite", "--board", "qemu-microbits"],
        "board qemu-microbits: no such board; expected qemu-microbit. Type `tinykd boards` for the list",
    ),
    "a port that does not exist": (
        ["monitor", "--port", "/dev/ttyNONE"],
        "/dev/ttyNONE: no such port; expected a connected board. List the ports: tinykd ports",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(tinykd: Run, case: str) -> None:
    arguments, wanted = BAD[case]
    assert one_error(tinykd(*arguments)) == wanted


def test_an_error_as_json(tinykd: Run) -> None:
    done = tinykd("--json", "run", "none.toml")
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "error": {
            "kind": "ConfigError",
            "where": "none.toml",
            "found": "no such file",
            "expected": "a project file",
            "fix": "Type `tinykd new demo` to make one",
        }
    }


def test_an_unknown_verb_and_option(tinykd: Run) -> None:
    assert tinykd("rnu").returncode == 2
    assert tinykd("run", "--bord", "host").returncode == 2


def test_new_copies_the_example_under_its_own_name(tinykd: Run, tmp_path: Path) -> None:
    done = tinykd("new", "demo", "--example", "digits")
    assert done.returncode == 0
    assert done.stdout == (
        "Made demo/ from the example digits: tinykd.toml\nType `cd demo && tinykd run` to go the whole way.\n"
    )
    example = (EXAMPLES / "digits/tinykd.toml").read_text()
    assert (tmp_path / "demo/tinykd.toml").read_text() == example.replace('name = "digits"', 'name = "demo"')
    again = tinykd("new", "demo")
    assert (
        one_error(again) == "demo: is already there; expected a name that is free. Type `tinykd new demo_2`."
    )


def test_a_mistake_in_the_project_stops_before_any_work(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\n[distillation]\ntemprature = 2.0\n')
    error = one_error(tinykd("run"))
    assert error == "tinykd.toml: [distillation] temprature: unknown key; expected temperature"
    assert not (tmp_path / "build").exists()


def test_an_unknown_board_stops_before_any_work(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\n[target]\nboard = "nucleo_f446er"\n')
    error = one_error(tinykd("run"))
    assert (
        error
        == "board nucleo_f446er: no such board; expected nucleo_f446re. Type `tinykd boards` for the list"
    )
    assert not (tmp_path / "build").exists()


def test_a_folder_that_cannot_be_written(tinykd: Run, tmp_path: Path) -> None:
    """``build`` is a file: what root sees of a place where nothing can be made."""
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "build").write_text("")
    error = one_error(tinykd("run"))
    assert error == "build: is a file, not a folder; expected a folder that can be written. Move it away."


def test_boards_as_json_and_as_table(tinykd: Run) -> None:
    names = [board["name"] for board in json.loads(tinykd("boards", "--json").stdout)]
    table = tinykd("boards").stdout.splitlines()
    assert names == [line.split()[0] for line in table[1:]]
    assert {"host", "qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit"} <= set(names)
    assert tinykd("--json", "boards").stdout == tinykd("boards", "--json").stdout


def test_quiet_prints_nothing(tinykd: Run) -> None:
    done = tinykd("boards", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_doctor_says_what_to_type(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "apt-get").chmod(0o755)
    done = tinykd("doctor", PATH=str(tmp_path / "bin"))
    assert done.returncode == 1
    lines = {line.split()[1]: line for line in done.stdout.splitlines()}
    install = r"apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi$"
    assert re.search(
        rf"not installed; needed for Arm boards, real and emulated  ->  (sudo )?{install}",
        lines["arm-none-eabi-gcc"],
    )
    assert lines["cc"].startswith("NO ")
    checks = json.loads(tinykd("doctor", "--json", PATH=str(tmp_path / "bin")).stdout)
    assert {c["name"]: c["state"] for c in checks}["qemu-system-arm"] == "optional"


def test_a_bug_keeps_its_traceback_and_has_its_own_code(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import tinykd.boards as b\ndef broken(): raise ZeroDivisionError('a bug')\nb.list_boards = broken\n"
    )
    import os
    import sys

    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = tinykd("boards", PYTHONPATH=path)
    assert done.returncode == 70
    assert "ZeroDivisionError: a bug" in done.stderr
    assert done.stderr.endswith("This is a bug in tinykd. The lines above say where.\n")
