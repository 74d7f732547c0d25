"""``tinykd boards``: what it lists, which boards hold a model; a board of one's own."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.boards.test_boards import GOOD
from tinykd.boards import list_boards
from tinykd.display.inspection import _boards

pytestmark = pytest.mark.slow
Run = Callable[..., CompletedProcess[str]]
PORTS = {"input": [{"bytes": 64}], "output": [{"shape": (1, 10)}], "layers": []}
MODEL = Path(__file__).parents[1] / "fixtures" / "digits.tflite"


def test_a_row_says_what_matters(tinykd: Run) -> None:
    lines = tinykd("boards", "--search", "f446re", "--framework", "arduino").stdout.splitlines()
    header = "board title cpu MHz flash KiB RAM KiB framework runtimes kind"
    row = "nucleo_f446re ST Nucleo-F446RE cortex-m4 180 512 128 arduino static+tflm platformio"
    assert [" ".join(line.split()) for line in lines] == [header, row]
    none = tinykd("boards", "--search", "no such thing")
    assert none.stdout == "No board is like that; `tinykd boards` lists all that are known.\n"


def test_mistakes_are_one_line(tinykd: Run) -> None:
    for options, said in (
        (["--kind", "qem"], "--kind qem: no board here has this kind; expected qemu"),
        (
            ["--fits", "x.tflite"],
            "x.tflite: cannot be read (No such file or directory); expected a .tflite file",
        ),
    ):
        done = tinykd("boards", *options)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{said}\n")


def test_the_boards_that_hold_a_model_and_what_is_left(tinykd: Run, tmp_path: Path) -> None:
    (tmp_path / "tinykd.toml").touch()
    (tmp_path / "boards").mkdir()
    small = GOOD.replace("flash_bytes = 10000", "flash_bytes = 16384").replace(
        "ram_bytes = 10000", "ram_bytes = 5000"
    )
    (tmp_path / "boards" / "mine.toml").write_text(small)
    asked = ["boards", "--fits", str(MODEL), "--core", "cortex-m4", "--kind", "qemu"]
    done = tinykd(*asked, "--json")
    fits = {fit["board"]: fit for fit in json.loads(done.stdout)}
    assert [name for name, fit in fits.items() if fit["fits"]] == ["qemu-netduinoplus2", "qemu-mps2-an386"]
    assert fits["mine"]["flash_left"] < 0 and fits["mine"]["ram_left"] < 0
    for fit in fits.values():
        total = fit["flash_bytes"] + fit["flash_left"], fit["ram_bytes"] + fit["ram_left"]
        assert fit["fits"] == (min(fit["flash_left"], fit["ram_left"]) >= 0) and min(total) >= 5000
    lines = tinykd(
        "boards", "--fits", str(MODEL), "--core", "cortex-m4", "--kind", "qemu"
    ).stdout.splitlines()
    lack = -fits["mine"]["flash_left"], -fits["mine"]["ram_left"]
    assert lines[4] == f"Too small: mine ({lack[0]:,} bytes of flash and {lack[1]:,} bytes of RAM)"
    assert lines[1].split()[0] == "qemu-netduinoplus2"


@pytest.mark.parametrize("name", ["mine", "./mine.toml"])
def test_a_board_of_ones_own_is_proven_like_any_other(tinykd: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "boards" if name == "mine" else tmp_path
    folder.mkdir(exist_ok=True)
    (tmp_path / "tinykd.toml").touch()
    whole = {
        "flash_bytes = 10000": "flash_bytes = 4_194_304\nram_origin = 0x2000_0000",
        "[run]": EXTRA + "[run]",
    }
    text = GOOD
    for old, new in whole.items():
        text = text.replace(old, new)
    (folder / "mine.toml").write_text(text)
    proven = tinykd("prove", str(MODEL), "--board", name, "-n", "2", "--json")
    assert proven.returncode == 0, proven.stderr
    assert json.loads(proven.stdout)["verification"]["exact"] == 2


EXTRA = """
cpu_flags = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
defines = ["TKD_UART_BASE=0x40004000u", "TKD_UART_IRQ=0u"]
"""


def test_inspect_names_the_fewer_of_those_that_fit_and_those_that_do_not() -> None:
    summary = PORTS | {"weights_bytes": 5_000, "arena_bytes": 1_200}
    model = Path("model.tflite")
    count = len(list_boards())
    assert _boards(model, summary) == [
        f"fits {count - 1} of {count} boards, all but uno "
        "(estimated, with 18,432 B of code and the board's stack)",
        "`tinykd boards --fits model.tflite` says what is left on each",
    ]
    few = _boards(model, PORTS | {"weights_bytes": 4_000_000, "arena_bytes": 700_000})[0]
    assert few.startswith(f"fits 6 of {count} boards: host, qemu-mps2-an385, qemu-mps2-an386, ")
    none = _boards(model, PORTS | {"weights_bytes": 1 << 31, "arena_bytes": 0})[0]
    assert none.startswith(f"fits 0 of {count} boards (")
