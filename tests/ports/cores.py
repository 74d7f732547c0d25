"""Arduino's cores as PlatformIO uses them, faked one by one: each with its linkage, macros and libraries.

What a fake declares was read in the core that it stands for, in the version that the board's platform has.
A fake that all cores share hides what they differ in: a declaration that one of them refuses, a library that
another lacks. Nothing of the real cores is here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tinykd.boards import Board

FAKES = Path(__file__).parent / "fakes" / "arduino"
_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([\w./]+)[>"]', re.MULTILINE)


@dataclass(frozen=True)
class Core:
    """One core, with what the command line and the variant say of a board."""

    folder: str
    standard: str  # the C++ that its platform compiles with
    defined: tuple[str, ...]
    variant: str = ""

    @property
    def flags(self) -> list[str]:
        """Headers and names, as the framework's builder gives them."""
        places = [FAKES / self.folder / "core", FAKES / "api"]
        if self.variant:
            places.append(FAKES / self.folder / "variants" / self.variant)
        return [*(f"-I{place}" for place in places), *(f"-D{name}" for name in self.defined)]

    def libraries(self, texts: Iterable[str], ignored: Iterable[str] = ()) -> list[Path]:
        """The core's libraries that PlatformIO's finder takes for ``texts``: by ``#include``, not ``#if``."""
        wanted = {name for text in texts for name in _INCLUDE.findall(text)}
        found = (FAKES / self.folder / "libraries").iterdir()
        return sorted(
            each
            for each in found
            if each.name not in set(ignored) and wanted & {header.name for header in each.glob("*.h")}
        )


# PlatformIO's name of the board, and mbed's variant, target and architecture.
_MBED = {
    "pico": ("RASPBERRY_PI_PICO", "RP2040", "RP2040"),
    "nanorp2040connect": ("NANO_RP2040_CONNECT", "RP2040", "RP2040"),
    "nano33ble": ("ARDUINO_NANO33BLE", "NRF52840", "NRF52840"),
    "giga_r1_m7": ("GIGA", "GIGA", "GIGA"),
    "portenta_h7_m7": ("PORTENTA_H7_M7", "PORTENTA_H7", "PORTENTA_H7_M7"),
    "seeed-xiao-mbed-nrf52840-sense": ("SEEED_XIAO_NRF52840_SENSE", "NRF52840", "NRF52840"),
}
_OTHERS = {
    "espressif8266": ("esp8266", "gnu++17", "ESP8266"),
    "espressif32": ("esp32", "gnu++11", "ESP32"),
    "ststm32": ("stm32", "gnu++14", "STM32"),
    "maxgerhardt": ("pico", "gnu++17", "RP2040"),
    "renesas-ra": ("renesas", "gnu++17", "RENESAS"),
    "atmelavr": ("avr", "gnu++11", "AVR"),
    "atmelsam": ("samd", "gnu++14", "SAMD"),
    "nordicnrf52": ("nrf5", "gnu++11", "NRF5"),
}
# On Teensy's command line, which has no name of an architecture.
_TEENSY = ("TEENSYDUINO=162", "CORE_TEENSY", "__IMXRT1062__", "ARDUINO_TEENSY41", "USB_SERIAL")


def core_of(board: Board) -> Core:
    """The core that ``board`` is built with."""
    target = board.platformio
    assert target is not None and target.framework == "arduino", board.name
    clock = f"F_CPU={board.clock_hz}L"
    if target.board in _MBED:
        variant, chip, architecture = _MBED[target.board]
        names = ("ARDUINO_ARCH_MBED", f"ARDUINO_ARCH_{architecture}", f"TARGET_{chip}")
        return Core("mbed", "gnu++14", (*names, clock), variant)
    if target.platform.startswith("teensy@"):
        return Core("teensy", "gnu++17", (*_TEENSY, clock))
    folder, standard, architecture = next(core for name, core in _OTHERS.items() if name in target.platform)
    if folder == "nrf5":
        clock = "F_CPU=16000000L"
    more = {"stm32": (f"{board.mcu[:7]}xx",), "samd": (f"ARDUINO_SAMD_{target.board.upper()}",)}
    return Core(folder, standard, (f"ARDUINO_ARCH_{architecture}", *more.get(folder, ()), clock))


def ignored_libraries(board: Board) -> list[str]:
    """What the board's options let the finder leave out."""
    options = board.platformio.options if board.platformio else ()
    pairs = (option.partition("=") for option in options)
    return [value.strip() for key, _, value in pairs if key.strip() == "lib_ignore"]
