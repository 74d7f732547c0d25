"""The command lines of the uploaders, and which of them a board can be flashed with.

Sources: PlatformIO Core (``pio run --help``), esptool 5 (``esptool write-flash --help``; offsets: Espressif,
"Flash Allocation" of the bootloader and partition-table guides), pyOCD (``pyocd load --help``), stlink-tools
(``st-flash(1)``), dfu-util(1), stm32flash(1).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from tinykd.boards import Board
from tinykd.build import FirmwareImage
from tinykd.build.image_file import OTA_BYTES, write_binary, write_blank
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.tool import find_tool
from tinykd.errors import ConfigError, ToolError

Via = Literal["pio", "esptool", "pyocd", "stlink", "dfu", "serial"]

_STM32: tuple[Via, ...] = ("pio", "pyocd", "stlink", "dfu", "serial")
# Platforms of PlatformIO, by the end of their name.
_WAYS: dict[str, tuple[Via, ...]] = {
    "ststm32": _STM32,
    "espressif32": ("pio", "esptool"),
    "nordicnrf52": ("pio", "pyocd"),
    "raspberrypi": ("pio", "pyocd"),
}
_NEEDS_NO_PORT = ("ststm32", "raspberrypi")  # through a debug probe, DFU or a USB drive
ESP_BOOT_OFFSET = {"ESP32": 0x1000, "ESP32-S2": 0x1000, "ESP32-P4": 0x2000}  # 0 on all later chips
_PARTITIONS, _OTA, _APPLICATION = 0x8000, 0xE000, 0x10000


@dataclass(frozen=True)
class Upload:
    """One call of an uploader."""

    command: list[str]
    environment: dict[str, str]


def check_via(board: Board, via: Via) -> None:
    """``ConfigError`` when ``board`` is not flashed that way."""
    ways = _WAYS.get(platform_name(board), ("pio",)) if board.platformio else ("pio",)
    if via not in ways:
        found = f"is not flashed via {via}"
        raise ConfigError(f"board {board.name}", found, " or ".join(ways), f"Type `--via {ways[0]}`")


def needs_port(board: Board, via: Via) -> bool:
    """Whether the upload itself goes over a serial port."""
    if via == "pio":
        return platform_name(board) not in _NEEDS_NO_PORT
    return via in ("esptool", "serial")


def platform_name(board: Board) -> str:
    """``"espressif32"`` of ``"espressif32@6.13.0"`` and of a release of its fork; "" for a virtual board."""
    platform = board.platformio.platform if board.platformio else ""
    name = next((known for known in _WAYS if known in platform), "")
    return name or platform.partition("@")[0].rpartition("/")[2]


def upload_of(image: FirmwareImage, board: Board, via: Via, port: str | None) -> Upload:
    """How ``image`` gets onto ``board``."""
    match via:
        case "pio":
            return Upload(pio_command(find_pio(), image.project, port), PIO_ENVIRONMENT)
        case "esptool":
            tool = find_tool("esptool", "Type `pip install esptool`")
            return Upload(esptool_command(tool, image, board, port or ""), {})
        case "pyocd":
            tool = find_tool("pyocd", "Type `pip install pyocd`")
            return Upload(pyocd_command(tool, image.elf, board), {})
        case "stlink":
            tool = find_tool("st-flash", "Type `sudo apt install stlink-tools`")
            return Upload(stlink_command(tool, _binary(image, board), board), {})
        case "dfu":
            tool = find_tool("dfu-util", "Type `sudo apt install dfu-util`")
            return Upload(dfu_command(tool, _binary(image, board), board), {})
        case "serial":
            tool = find_tool("stm32flash", "Type `sudo apt install stm32flash`")
            return Upload(serial_command(tool, _binary(image, board), board, port or ""), {})
        case _:
            assert_never(via)


def pio_command(pio: str, project: Path, port: str | None) -> list[str]:
    """Builds nothing anew: what was measured is what is flashed."""
    where = ["--upload-port", port] if port else []
    return [pio, "run", "-d", str(project), "-t", "nobuild", "-t", "upload", *where]


def esptool_command(esptool: str, image: FirmwareImage, board: Board, port: str) -> list[str]:
    """Boot loader, partition table and application, as PlatformIO built them; the choice of a partition is
    made blank where the Arduino core keeps one."""
    folder = pio_elf(image.project, board).parent
    parts = {ESP_BOOT_OFFSET.get(board.mcu.upper(), 0): folder / "bootloader.bin"}
    parts[_PARTITIONS] = folder / "partitions.bin"
    parts[_APPLICATION] = folder / "firmware.bin"
    missing = next((path for path in parts.values() if not path.is_file()), None)
    if missing:
        raise ToolError(missing, "is missing", "what PlatformIO built", "Type `tinykd build --force`")
    if board.framework == "arduino":
        parts[_OTA] = write_blank(image.elf.with_name("ota_data.bin"), OTA_BYTES)
    chip = ["--chip", board.mcu.lower().replace("-", ""), "--port", port, "--baud", "460800"]
    reset = ["--before", "default-reset", "--after", "hard-reset"]
    files = [text for offset, path in sorted(parts.items()) for text in (f"{offset:#x}", str(path))]
    return [esptool, *chip, *reset, "write-flash", "-z", *files]


def pyocd_command(pyocd: str, elf: Path, board: Board) -> list[str]:
    """pyOCD takes the ELF, and the chip as the vendor's CMSIS pack calls it."""
    return [pyocd, "load", "--no-wait", "--target", pyocd_target(board), "--format", "elf", str(elf)]


def pyocd_target(board: Board) -> str:
    """``stm32f446retx`` of STM32F446RET6: of a part number the packs keep all but the temperature range."""
    mcu = board.mcu.lower().replace("-", "")
    if mcu.startswith("stm32") and mcu[-1].isdigit():
        return f"{mcu[:-1]}x"
    return {"nrf52840": "nrf52840", "rp2040": "rp2040", "rp2350": "rp2350"}.get(mcu, mcu)


def stlink_command(st_flash: str, binary: Path, board: Board) -> list[str]:
    """st-flash writes, compares and resets."""
    return [st_flash, "--connect-under-reset", "--reset", "write", str(binary), f"{_start(board):#010x}"]


def dfu_command(dfu_util: str, binary: Path, board: Board) -> list[str]:
    """Through the chip's own boot loader on USB (AN2606); ``leave`` starts what was written."""
    address = f"{_start(board):#010x}:leave"
    return [dfu_util, "--device", "0483:df11", "--alt", "0", "--dfuse-address", address, "-D", str(binary)]


def serial_command(stm32flash: str, binary: Path, board: Board, port: str) -> list[str]:
    """Through the chip's own boot loader on a UART (AN2606): write, verify, start."""
    return [stm32flash, "-b", "115200", "-w", str(binary), "-v", "-g", f"{_start(board):#010x}", port]


def _start(board: Board) -> int:
    return board.flash_origin or 0x0800_0000  # of every STM32


def _binary(image: FirmwareImage, board: Board) -> Path:
    return write_binary(image.elf, image.elf.with_suffix(".bin"), _start(board))
