"""Virtual boards through the real `pio run` and `pio run -t upload`, with no registry asked.

Each project brings its platform along (platform/); the compilers are the system's. One board per core.
"""

import re
import subprocess
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.build.pio_core import make_core
from tests.build.toy import INPUT_BYTES, toy_outputs, toy_sources
from tinykd.boards import list_boards, load_board
from tinykd.build import build_firmware
from tinykd.build.pio import find_pio
from tinykd.errors import ToolError
from tinykd.firmware_project import EmbeddedSamples, lay_out, project_files
from tinykd.flash import open_board
from tinykd.link.device import Device
from tinykd.progress import Silent

pytestmark = pytest.mark.slow
CORES = sorted({(b.cpu_flags, b.core): b.name for b in list_boards() if b.virtual}.values())


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_core(tmp_path_factory.mktemp("core"))


@pytest.fixture(autouse=True)
def _environment(core: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORMIO_CORE_DIR", str(core))
    monkeypatch.setenv("PLATFORMIO_SETTING_ENABLE_TELEMETRY", "no")


def project(folder: Path, name: str) -> Path:
    samples = EmbeddedSamples(np.ones((1, INPUT_BYTES), np.int8), (0,))
    lay_out(project_files(toy_sources(), load_board(name), samples, ("a",)), folder)
    return folder


@pytest.mark.parametrize("name", CORES)
def test_a_virtual_board_is_built_started_and_answers(name: str, tmp_path: Path) -> None:
    board, folder = load_board(name), project(tmp_path / "my project", name)
    image = build_firmware(folder, board, tmp_path / "out", Silent(), "pio")
    assert image.builder == "pio" and re.match(r"PlatformIO [\d.]+ with ", image.compiler)
    inputs = np.random.default_rng(3).integers(-128, 128, (5, INPUT_BYTES), dtype=np.int8)
    with open_board(image, board) as url, Device.open(url) as device:
        outputs = [np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)]
    np.testing.assert_array_equal(outputs, toy_outputs(inputs))
    assert not [
        p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or ())
    ]


def test_either_builder_makes_firmware_of_the_same_size(tmp_path: Path) -> None:
    """But for the order of the objects, and what the linker pads between them."""
    board = load_board("qemu-microbit")
    made, piod = (
        build_firmware(project(tmp_path / by, board.name), board, tmp_path / f"{by}-out", Silent(), by)
        for by in ("make", "pio")
    )
    assert made.stack_bytes == piod.stack_bytes
    assert abs(made.flash_bytes - piod.flash_bytes) < 64 and abs(made.ram_bytes - piod.ram_bytes) < 64


def test_your_error_is_shown_with_its_line_and_only_your_file_is_compiled_anew(tmp_path: Path) -> None:
    board, folder = load_board("qemu-microbit"), project(tmp_path / "project", "qemu-microbit")
    build_firmware(folder, board, tmp_path / "out", Silent(), "pio")
    app = folder / "src/app.cpp"
    lines = app.read_text().splitlines()
    app.write_text("\n".join([*lines, "int x = nothing;", ""]))
    with pytest.raises(ToolError) as caught:
        build_firmware(folder, board, tmp_path / "out", Silent(), "pio")
    assert str(caught.value) == (
        f"{app}:{len(lines) + 1}: 'nothing' was not declared in this scope. "
        f"The whole output is in {folder}/build/build.log"
    )
    app.write_text("\n".join([*lines, "int x;", ""]))
    build_firmware(folder, board, tmp_path / "out", Silent(), "pio")
    compiled = re.findall(r"^Compiling \S+/(\S+)\.o$", (folder / "build/build.log").read_text(), re.MULTILINE)
    assert [path.removesuffix(".cpp") for path in compiled] == ["app"]


def test_user_ini_is_read_after_platformio_ini(tmp_path: Path) -> None:
    folder = project(tmp_path, "qemu-microbit")
    (folder / "user.ini").write_text("[env:qemu-microbit]\nbuild_src_flags = -DMINE=1\n")
    done = subprocess.run(
        [find_pio(), "project", "config", "-d", str(folder), "--json-output"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-DMINE=1" in done.stdout and "lib_ldf_mode" in done.stdout
