"""The command lines of the uploaders, and an upload through each of them, the programs being scripts."""

import dataclasses
from pathlib import Path

import pytest

from tests.flash.tools import arguments_of, put_on_path
from tinykd.boards import load_board
from tinykd.build import FirmwareImage
from tinykd.build.image_file import binary
from tinykd.build.pio import pio_elf
from tinykd.errors import ConfigError, LinkError, ToolError
from tinykd.files import sha256_file
from tinykd.flash import usb
from tinykd.flash.upload import UploadOptions, upload
from tinykd.flash.usb import Plugged
from tinykd.flash.via import check_via, needs_port, platform_name, pyocd_target
from tinykd.link.boards_lock import held

NUCLEO, ESP32 = load_board("nucleo_f446re"), load_board("esp32dev")
NUCLEO_PORT = Plugged("/dev/ttyACM9", "0483:374b", "066D", "1-2")
ESP32_PORT = Plugged("/dev/ttyUSB9", "10c4:ea60", "0001", "1-3")


def elf_bytes() -> bytes:
    """A little-endian ELF for Arm with two segments: 4 bytes at 0x08000000 and 2 at 0x08000008."""
    import struct

    head = b"\x7fELF\x01\x01\x01" + bytes(9)
    head += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, 0x08000000, 52, 0, 0, 52, 32, 2, 40, 0, 0)
    one = struct.pack("<8I", 1, 116, 0x08000000, 0x08000000, 4, 4, 5, 4)
    two = struct.pack("<8I", 1, 120, 0x20000000, 0x08000008, 2, 2, 6, 4)
    return head + one + two + b"ABCD" + b"ef"


@pytest.fixture
def image(tmp_path: Path) -> FirmwareImage:
    project = tmp_path / "project"
    for board in (NUCLEO, ESP32):
        built = pio_elf(project, board)
        built.parent.mkdir(parents=True)
        built.write_bytes(elf_bytes())
        for name in ("bootloader.bin", "partitions.bin", "firmware.bin"):
            (built.parent / name).write_bytes(b"x")
    elf = tmp_path / "firmware.elf"
    elf.write_bytes(elf_bytes())
    return FirmwareImage(elf, project, (), (), "gcc", sha256_file(elf), "pio")


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Plugged]:
    """What is plugged in; time does not pass while nothing is waited for."""
    found: list[Plugged] = [NUCLEO_PORT, ESP32_PORT]
    monkeypatch.setattr(usb, "plugged", lambda: sorted(found, key=lambda p: p.device))
    monkeypatch.setattr(usb, "VANISH_TIMEOUT_S", 0.0)
    monkeypatch.setattr(usb, "SETTLE_S", 0.0)
    monkeypatch.setenv("TINYKD_STATE", str(tmp_path / "state"))
    return found


def test_pyocd(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "pyocd", "[==================] 100%\n")
    assert upload(image, NUCLEO, None, UploadOptions("pyocd")) == "/dev/ttyACM9"
    target = ["--no-wait", "--target", "stm32f446retx", "--format", "elf"]
    assert arguments_of(called) == ["load", *target, str(image.elf)]


def test_st_flash(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(
        monkeypatch, tmp_path / "bin", "st-flash", "Flash written and verified! jolly good!\n"
    )
    assert upload(image, NUCLEO, None, UploadOptions("stlink")) == "/dev/ttyACM9"
    binary_file = tmp_path / "firmware.bin"
    assert arguments_of(called) == [
        *("--connect-under-reset", "--reset", "write", str(binary_file), "0x08000000")
    ]
    assert binary_file.read_bytes() == b"ABCD\xff\xff\xff\xffef"


def test_dfu_util(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "dfu-util", "Download [=====] 100%\n")
    assert upload(image, NUCLEO, None, UploadOptions("dfu")) == "/dev/ttyACM9"
    address = ["--device", "0483:df11", "--alt", "0", "--dfuse-address", "0x08000000:leave"]
    assert arguments_of(called) == [*address, "-D", str(tmp_path / "firmware.bin")]


def test_stm32flash(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "stm32flash", "Wrote and verified (100.00%) Done.\n")
    assert upload(image, NUCLEO, None, UploadOptions("serial")) == "/dev/ttyACM9"
    write = ["-b", "115200", "-w", str(tmp_path / "firmware.bin"), "-v", "-g", "0x08000000"]
    assert arguments_of(called) == [*write, "/dev/ttyACM9"]


def test_esptool(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "esptool", "Writing at 0x00010000... (100 %)\n")
    assert upload(image, ESP32, None, UploadOptions("esptool")) == "/dev/ttyUSB9"
    built = pio_elf(image.project, ESP32).parent
    assert arguments_of(called) == [
        *("--chip", "esp32", "--port", "/dev/ttyUSB9", "--baud", "460800"),
        *("--before", "default-reset", "--after", "hard-reset", "write-flash", "-z"),
        *("0x1000", str(built / "bootloader.bin"), "0x8000", str(built / "partitions.bin")),
        *("0xe000", str(tmp_path / "ota_data.bin"), "0x10000", str(built / "firmware.bin")),
    ]
    assert (tmp_path / "ota_data.bin").read_bytes() == b"\xff" * 0x2000


@pytest.mark.parametrize(
    ("name", "chip", "offset"),
    [("esp32-s3-devkitc-1", "esp32s3", "0x0"), ("esp32-p4-espidf", "esp32p4", "0x2000")],
)
def test_esptools_chip_and_boot_loader(name: str, chip: str, offset: str, image: FirmwareImage) -> None:
    from tinykd.flash.via import esptool_command

    board = load_board(name)
    folder = pio_elf(image.project, board).parent
    folder.mkdir(parents=True)
    for part in ("bootloader.bin", "partitions.bin", "firmware.bin"):
        (folder / part).write_bytes(b"x")
    command = esptool_command("esptool", image, board, "COM3")
    assert command[2] == chip and command[command.index("-z") + 1] == offset
    assert ("0xe000" in command) == (board.framework == "arduino")
    (folder / "partitions.bin").unlink()
    with pytest.raises(ToolError, match=r"partitions\.bin: is missing; expected what PlatformIO built"):
        esptool_command("esptool", image, board, "COM3")


def test_platformio_uploads_what_was_measured(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "pio", "Uploading...\n")
    assert upload(image, NUCLEO, None) == "/dev/ttyACM9"
    where = ["-d", str(image.project), "-t", "nobuild", "-t", "upload", "--upload-port", "/dev/ttyACM9"]
    assert arguments_of(called) == ["run", *where]
    other = dataclasses.replace(image, sha256="00")
    with pytest.raises(ToolError) as caught:
        upload(other, NUCLEO, None)
    assert str(caught.value) == (
        f"{pio_elf(image.project, NUCLEO)}: is missing or another build; "
        "expected the image that was measured. Type `tinykd build --force`"
    )


def test_a_port_that_another_run_talks_on_is_not_flashed(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put_on_path(monkeypatch, tmp_path / "bin", "pio")
    with held("/dev/ttyACM9", "tinykd verify"), pytest.raises(LinkError, match="in use by tinykd verify"):
        upload(image, NUCLEO, None)
    assert not called.exists()
    upload(image, NUCLEO, None)
    assert called.exists()


def test_a_failed_upload_is_explained(
    image: FirmwareImage, ports: list[Plugged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "A fatal error occurred: Failed to connect to ESP32: No serial data received.\n"
    put_on_path(monkeypatch, tmp_path / "bin", "pio", said, 1)
    with pytest.raises(LinkError) as caught:
        upload(image, ESP32, None)
    assert str(caught.value) == (
        "/dev/ttyUSB9: the boot loader does not answer "
        '("Failed to connect to ESP32: No serial data received."); '
        "expected a board that is in its boot loader. Hold BOOT while the upload begins, then flash again"
    )
    assert (image.project / "build/upload.log").read_text() == said


@pytest.mark.parametrize(
    ("via", "board", "tool", "fix"),
    [
        ("pyocd", NUCLEO, "pyocd", "pip install pyocd"),
        ("stlink", NUCLEO, "st-flash", "sudo apt install stlink-tools"),
        ("dfu", NUCLEO, "dfu-util", "sudo apt install dfu-util"),
        ("serial", NUCLEO, "stm32flash", "sudo apt install stm32flash"),
        ("esptool", ESP32, "esptool", "pip install esptool"),
    ],
)
def test_a_missing_uploader_is_named_with_what_to_type(
    via: str,
    board: object,
    tool: str,
    fix: str,
    image: FirmwareImage,
    ports: list[Plugged],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ToolError) as caught:
        upload(image, board, None, UploadOptions(via))  # type: ignore[arg-type]
    assert str(caught.value) == f"{tool}: not found; expected it on the PATH. Type `{fix}`"


def test_a_board_is_flashed_only_as_it_can_be() -> None:
    with pytest.raises(ConfigError) as caught:
        check_via(NUCLEO, "esptool")
    assert str(caught.value) == (
        "board nucleo_f446re: is not flashed via esptool; "
        "expected pio or pyocd or stlink or dfu or serial. Type `--via pio`"
    )
    with pytest.raises(ConfigError, match="board host: is not flashed via dfu; expected pio"):
        check_via(load_board("host"), "dfu")


def test_which_uploads_need_a_port() -> None:
    assert needs_port(ESP32, "pio") and needs_port(load_board("nano33ble"), "pio")
    assert not needs_port(NUCLEO, "pio") and not needs_port(load_board("pico"), "pio")
    assert platform_name(load_board("esp32-p4-espidf")) == "espressif32"


def test_the_chip_as_pyocd_calls_it() -> None:
    names = ("nucleo_f446re", "bluepill_f103c8", "nano33ble", "pico")
    assert [pyocd_target(load_board(name)) for name in names] == [
        *("stm32f446retx", "stm32f103c8tx", "nrf52840", "rp2040")
    ]


def test_an_elf_for_another_memory_is_no_binary(tmp_path: Path) -> None:
    elf = tmp_path / "firmware.elf"
    elf.write_bytes(elf_bytes())
    assert binary(elf, 0x08000000) == b"ABCD\xff\xff\xff\xffef"
    with pytest.raises(ToolError) as caught:
        binary(elf, 0x10000000)
    assert str(caught.value) == (
        f"{elf}: loads 0x8000000 to 0x800000a; expected an image for flash at 0x10000000"
    )
    elf.write_bytes(b"no ELF")
    with pytest.raises(ToolError, match=r"cannot be read as an ELF file .*; expected what the linker wrote"):
        binary(elf, 0)
