"""What uploaders say, and the one line that it becomes, with the button of this board.

Where an entry names the tool with its version, the words are those that it printed here; the others, which want
a board, another system or a network, are written after the tool's sources.
"""

# ruff: noqa: E501 - what was said is kept as it was said
from pathlib import Path

import pytest

from tinykd.boards import load_board
from tinykd.build.tool import ToolFailedError
from tinykd.flash.failures import upload_error

ESP32, PICO, NANO = load_board("esp32dev"), load_board("pico"), load_board("nano33ble")
NUCLEO, DISCO, PILL = load_board("nucleo_f446re"), load_board("disco_f407vg"), load_board("bluepill_f103c8")
USERMOD = (
    "expected a port that you may open. Type `sudo usermod -aG dialout $USER`, then log out and in again"
)
BUSY = "expected a port that is free. Close it (a serial monitor?) and retry"
BOOT = "Hold BOOT while the upload begins, then flash again"

SAID = {
    "esptool 5.6, nobody answers": (
        ESP32,
        "/dev/ttyUSB0",
        "esptool v5.6.0\nSerial port /dev/ttyUSB0:\nConnecting......................................\n"
        "ERROR: A fatal error occurred: Failed to connect to ESP32: No serial data received.\n"
        "For troubleshooting steps visit: https://docs.espressif.com/projects/esptool/en/latest/\n",
        "/dev/ttyUSB0: the boot loader does not answer "
        '("Failed to connect to ESP32: No serial data received."); '
        f"expected a board that is in its boot loader. {BOOT}",
    ),
    "esptool 5.6, another chip": (
        ESP32,
        "/dev/ttyUSB0",
        "ERROR: A fatal error occurred: This chip is ESP32-S3, not ESP32. Wrong chip argument?\n",
        "/dev/ttyUSB0: the chip is ESP32-S3, the firmware is for ESP32; expected Espressif ESP32 DevKit. "
        "Choose its own board with --board; see `tinykd boards`",
    ),
    "no permission": (
        ESP32,
        "/dev/ttyUSB9",
        "ERROR: A fatal error occurred: Could not open /dev/ttyUSB9, the port is busy or doesn't exist.\n"
        "([Errno 13] could not open port /dev/ttyUSB9: [Errno 13] Permission denied: '/dev/ttyUSB9')\n",
        f"/dev/ttyUSB9: permission denied; {USERMOD}",
    ),
    "the port is in use": (
        ESP32,
        "/dev/ttyUSB9",
        "ERROR: A fatal error occurred: Could not open /dev/ttyUSB9, the port is busy or doesn't exist.\n"
        "([Errno 16] could not open port /dev/ttyUSB9: [Errno 16] Device or resource busy: '/dev/ttyUSB9')\n",
        f"/dev/ttyUSB9: is in use by another program; {BUSY}",
    ),
    "the port is in use, on Windows": (
        ESP32,
        "COM3",
        "serial.serialutil.SerialException: could not open port 'COM3': "
        "PermissionError(13, 'Access is denied.', None, 5)\n",
        f"COM3: is in use by another program; {BUSY}",
    ),
    "unplugged": (
        ESP32,
        "/dev/ttyUSB0",
        "Writing at 0x00010000... (9 %)\nserial.serialutil.SerialException: device reports readiness to read but "
        "returned no data (device disconnected or multiple access on port?)\n",
        "/dev/ttyUSB0: the port went away during the upload; expected a board that stays connected. "
        f"Check cable and hub. {BOOT}",
    ),
    "OpenOCD without an ST-LINK": (
        NUCLEO,
        None,
        "xPack Open On-Chip Debugger 0.12.0\nError: open failed\nin procedure 'program'\n",
        'board nucleo_f446re: no debug probe is found ("Error: open failed"); expected an ST-LINK on USB. '
        "Use the USB socket of the probe, not that of the chip, and a cable that carries data",
    ),
    "st-flash 1.7 without an ST-LINK": (
        DISCO,
        None,
        "st-flash 1.7.0\n2026-01-01T00:00:00 WARN usb.c: Couldn't find any ST-Link devices\n",
        "board disco_f407vg: no debug probe is found (\"Couldn't find any ST-Link devices\"); "
        "expected an ST-LINK on USB. "
        "Use the USB socket of the probe, not that of the chip, and a cable that carries data",
    ),
    "an ST-LINK that may not be opened": (
        NUCLEO,
        None,
        "Error: libusb_open() failed with LIBUSB_ERROR_ACCESS\nError: open failed\n",
        "board nucleo_f446re: permission denied for the USB probe; expected a probe that you may open. "
        "Install the rules of your probe (`sudo apt install stlink-tools`, or PlatformIO's "
        "99-platformio-udev.rules), then plug the board in anew",
    ),
    "an ST-LINK with nothing on it": (
        PILL,
        None,
        "Error: init mode failed (unable to connect to the target)\n",
        "board bluepill_f103c8: the debug probe sees no chip "
        '("init mode failed (unable to connect to the target)"); expected a STM32F103C8T6 on it. '
        "Check SWDIO, SWCLK, ground and power; hold RESET while the upload begins",
    ),
    "pyOCD 0.4 without a probe": (
        NANO,
        None,
        "No connected debug probes\n0004106 E No target device available [load_cmd]\n",
        'board nano33ble: no debug probe is found ("No connected debug probes"); expected a debug probe on USB. '
        "Use the USB socket of the probe, not that of the chip, and a cable that carries data",
    ),
    "pyOCD 0.4 without the pack": (
        NUCLEO,
        None,
        "0000421 C Target type stm32f446retx not recognized. Use 'pyocd list --targets' to see currently available\n",
        "pyocd: does not know the chip stm32f446retx; expected its CMSIS pack. Type `pyocd pack install stm32f446re`",
    ),
    "dfu-util 0.11 without a board": (
        PILL,
        None,
        "dfu-util 0.11\n\ndfu-util: No DFU capable USB device available\n",
        'board bluepill_f103c8: no board in DFU mode ("No DFU capable USB device available"); '
        "expected one on USB. DFU_BUTTON, then flash again",
    ),
    "stm32flash 0.7, nobody answers": (
        PILL,
        "/dev/ttyUSB0",
        "stm32flash 0.7\n\nFailed to init device, timeout.\n",
        '/dev/ttyUSB0: the boot loader does not answer ("Failed to init device, timeout."); '
        "expected a board that is in its boot loader. PILL_BUTTON, then flash again",
    ),
    "bossac, nobody answers": (
        NANO,
        "/dev/ttyACM0",
        'Forcing reset using 1200bps open/close on port /dev/ttyACM0\nError: Couldn\'t find a new upload port\n',
        "/dev/ttyACM0: the boot loader does not answer (\"Couldn't find a new upload port\"); "
        "expected a board that is in its boot loader. NANO_BUTTON, then flash again",
    ),
    "picotool, nobody answers": (
        PICO,
        None,
        "No accessible RP2040 devices in BOOTSEL mode were found.\n",
        'board pico: the boot loader does not answer ("No accessible RP2040 devices in BOOTSEL mode were found."); '
        "expected a board that is in its boot loader. PICO_BUTTON, then flash again",
    ),
    "PlatformIO finds no port": (
        NANO,
        None,
        "Error: Please specify `upload_port` for environment or use global `--upload-port` option.\n",
        "board nano33ble: PlatformIO finds no port to upload to; expected a board on USB. "
        "NANO_BUTTON, then flash again, or name its port with --port",
    ),
    "the uploader is not downloaded yet": (
        NUCLEO,
        None,
        "Tool Manager: Installing platformio/tool-openocd @ ~3.1200.0\nHTTPClientError: \n",
        "board nucleo_f446re: PlatformIO cannot reach its registry to download ststm32@19.6.0; expected a network, "
        "the first time a board is built for. Connect and type the command again; behind a proxy set HTTPS_PROXY",
    ),
}  # fmt: skip


def button(name: str) -> str:
    advice = load_board(name).platformio
    assert advice is not None and advice.bootloader is not None
    return advice.bootloader[:1].upper() + advice.bootloader[1:]


@pytest.mark.parametrize("case", SAID)
def test_a_failed_upload_says_what_to_do(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    board, port, output, wanted = SAID[case]
    for word, name in (
        ("DFU_BUTTON", "bluepill_f103c8"),
        ("PILL_BUTTON", "bluepill_f103c8"),
        ("NANO_BUTTON", "nano33ble"),
        ("PICO_BUTTON", "pico"),
    ):
        wanted = wanted.replace(word, button(name))
    assert str(upload_error(ToolFailedError("pio", output, Path("upload.log")), board, port)) == wanted


def test_the_buttons_are_named() -> None:
    assert button("esp32dev") == "Hold BOOT while the upload begins"
    assert button("nano33ble") == "Press RESET twice quickly: the orange LED pulses"


def test_an_unknown_failure_is_left_as_it_is() -> None:
    assert (
        upload_error(ToolFailedError("pio", "Error: the moon is full\n", Path("log")), NUCLEO, None) is None
    )
