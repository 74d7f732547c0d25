"""The real `pio run` and `pio run -t upload` on a generated project, with a stand-in for the platform.

PlatformIO's registry is not asked for anything: SCons comes from PyPI, the compiler from the system, the
platform from tests/build/pio_platform, whose Arduino core runs in QEMU. So PlatformIO's part of tinykd and
the Arduino port are exercised as they are; the vendors' cores are not.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.build.pio_core import make_core, package
from tests.build.toy import INPUT_BYTES, toy_outputs, toy_sources
from tinykd.boards import QemuMachine, load_board
from tinykd.build import build_firmware, check_budget, load_image
from tinykd.errors import ToolError
from tinykd.files import write_whole
from tinykd.firmware_project import EmbeddedSamples, project_files
from tinykd.flash.qemu import emulated
from tinykd.flash.upload import upload
from tinykd.link.device import Device
from tinykd.paths import FIRMWARE
from tinykd.progress import Silent

pytestmark = pytest.mark.slow
BOARD = load_board("nucleo_f446re")
PLATFORM = Path(__file__).parent / "pio_platform"
TOOLS = ("gcc", "g++", "ar", "ranlib", "objcopy", "size")


@pytest.fixture
def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private PLATFORMIO_CORE_DIR that has all that a build needs."""
    folder = make_core(tmp_path / "core")
    binaries = package(folder, "toolchain-gccarmnoneeabi", "1.0.0") / "bin"
    binaries.mkdir()
    for tool in TOOLS:
        found = shutil.which(f"arm-none-eabi-{tool}")
        assert found is not None
        (binaries / f"arm-none-eabi-{tool}").symlink_to(found)
    monkeypatch.setenv("PLATFORMIO_CORE_DIR", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TINYKD_FIRMWARE", str(FIRMWARE))
    monkeypatch.setenv("TINYKD_UPLOADED", str(tmp_path / "uploaded.elf"))
    return folder


def project(folder: Path) -> Path:
    """The project of a real board, its vendor's platform replaced by the stand-in."""
    samples = EmbeddedSamples(np.ones((1, INPUT_BYTES), np.int8), (0,))
    for path, text in project_files(toy_sources(), BOARD, samples, ("a",)).items():
        write_whole(folder / path, text)
    assert BOARD.platformio is not None
    ini = folder / "platformio.ini"
    ini.write_text(ini.read_text().replace(BOARD.platformio.platform, f"symlink://{PLATFORM}"))
    return folder


@pytest.mark.usefixtures("core")
def test_a_project_is_built_measured_uploaded_and_answers(tmp_path: Path) -> None:
    image = build_firmware(project(tmp_path / "project"), BOARD, tmp_path / "out", Silent())
    check_budget(image, BOARD)
    assert 4000 < image.flash_bytes < 18_000 and image.ram_bytes > 8192 + 96
    assert image == load_image(tmp_path / "out", tmp_path / "project")
    moved = tmp_path / "moved"  # as a finished stage's folder is
    (tmp_path / "out").rename(moved)
    (port := tmp_path / "port").touch()
    upload(load_image(moved, tmp_path / "project"), BOARD, str(port))
    uploaded = tmp_path / "uploaded.elf"
    assert uploaded.read_bytes() == (moved / "firmware.elf").read_bytes()

    inputs = np.random.default_rng(3).integers(-128, 128, (20, INPUT_BYTES), dtype=np.int8)
    machine = QemuMachine(kind="qemu", machine="mps2-an386")
    with emulated(uploaded, machine) as url, Device.open(url) as device:
        assert device.hello().model_name == "toy"
        outputs = [np.frombuffer(r.output, np.int8) for r in device.infer_many(inputs)]
    np.testing.assert_array_equal(outputs, toy_outputs(inputs))


@pytest.mark.usefixtures("core")
def test_what_the_compiler_says_reaches_the_user(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    (folder / "src/main.c").write_text("void tkd_application(void) { oops(1); int x = ; }\n")
    with pytest.raises(ToolError) as caught:
        build_firmware(folder, BOARD, tmp_path / "out", Silent())
    assert str(caught.value).startswith(f"{folder}/src/main.c:1: ")
    assert str(caught.value).endswith(f". The whole output is in {folder}/build/build.log")


@pytest.mark.usefixtures("core")
def test_another_build_is_not_flashed(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    image = build_firmware(folder, BOARD, tmp_path / "out", Silent())
    (folder / "src/model/toy.c").write_text((folder / "src/model/toy.c").read_text().replace("% 11", "% 13"))
    build_firmware(folder, BOARD, tmp_path / "again", Silent())
    with pytest.raises(ToolError, match="is missing or another build; expected the image that was measured"):
        upload(image, BOARD, None)
