"""What a failed upload means for the user: the uploaders' words, each with its remedy for this board.

The patterns are messages of esptool 4 and 5, avrdude, OpenOCD, bossac, st-flash, dfu-util, stm32flash, pyOCD,
picotool and PlatformIO Core: as they print them, or as their sources have them where that wants a board.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tinykd.boards import Board
from tinykd.build.failures import platformio_error
from tinykd.build.tool import ToolFailedError
from tinykd.errors import LinkError, ToolError, UserError
from tinykd.flash.access import busy, no_permission

_UDEV = (
    "Install the rules of your probe (`sudo apt install stlink-tools`, or PlatformIO's "
    "99-platformio-udev.rules), then plug the board in anew"
)


@dataclass(frozen=True)
class _Failure:
    """What failed: ``tool`` at ``port`` on ``board``, with the words that gave it away."""

    board: Board
    port: str | None
    tool: str
    words: re.Match[str]

    @property
    def where(self) -> str:
        """The port where there is one, else the board."""
        return self.port or f"board {self.board.name}"


def _permission(f: _Failure) -> UserError:
    return no_permission(f.words.groupdict().get("port") or f.port or "the serial port")


def _busy(f: _Failure) -> UserError:
    return busy(f.words.groupdict().get("port") or f.port or "the serial port")


def _gone(f: _Failure) -> UserError:
    found = "the port went away during the upload"
    return LinkError(f.where, found, "a board that stays connected", f"Check cable and hub. {again(f.board)}")


def _no_sync(f: _Failure) -> UserError:
    """The boot loader does not answer: the button, where the board has one."""
    found = f'the boot loader does not answer ("{f.words[0].strip()}")'
    return LinkError(f.where, found, "a board that is in its boot loader", again(f.board))


def _wrong_chip(f: _Failure) -> UserError:
    found = f"the chip is {f.words['is']}, the firmware is for {f.board.mcu}"
    return LinkError(f.where, found, f.board.title, "Choose its own board with --board; see `tinykd boards`")


def _no_probe(f: _Failure) -> UserError:
    found = f'no debug probe is found ("{f.words[0].strip()}")'
    expected = "an ST-LINK on USB" if f.board.mcu.startswith("STM32") else "a debug probe on USB"
    fix = "Use the USB socket of the probe, not that of the chip, and a cable that carries data"
    return LinkError(f"board {f.board.name}", found, expected, fix)


def _probe_permission(f: _Failure) -> UserError:
    return LinkError(
        f"board {f.board.name}", "permission denied for the USB probe", "a probe that you may open", _UDEV
    )


def _no_target(f: _Failure) -> UserError:
    found = f'the debug probe sees no chip ("{f.words[0].strip()}")'
    fix = "Check SWDIO, SWCLK, ground and power; hold RESET while the upload begins"
    return LinkError(f"board {f.board.name}", found, f"a {f.board.mcu} on it", fix)


def _no_dfu(f: _Failure) -> UserError:
    found = f'no board in DFU mode ("{f.words[0].strip()}")'
    return LinkError(f"board {f.board.name}", found, "one on USB", _dfu_button(f.board))


def _dfu_button(board: Board) -> str:
    advice = board.platformio.bootloader if board.platformio else None
    return f"{_sentence(advice or 'hold BOOT0 (or set it to 1) while you press RESET')}, then flash again"


def _no_pack(f: _Failure) -> UserError:
    chip = f.words["chip"]
    name = chip.removesuffix("x").removesuffix("t") if chip.startswith("stm32") else chip
    return ToolError(
        "pyocd", f"does not know the chip {chip}", "its CMSIS pack", f"Type `pyocd pack install {name}`"
    )


def _port_needed(f: _Failure) -> UserError:
    fix = f"{again(f.board)}, or name its port with --port"
    return LinkError(f"board {f.board.name}", "PlatformIO finds no port to upload to", "a board on USB", fix)


def _did_not_fit(f: _Failure) -> UserError:
    found = "the firmware is larger than the chip's flash"
    return ToolError(f.where, found, f.board.title, "Choose the board that it is with --board")


# In this order: what says more comes first.
_WORDS: tuple[tuple[Callable[[_Failure], UserError], tuple[str, ...]], ...] = (
    (_probe_permission, (r"LIBUSB_ERROR_ACCESS", r"Cannot open DFU device")),
    (
        _permission,
        (
            r"Permission denied: '?(?P<port>/dev/[^\s'\"\])]+)",
            r"\[Errno 13\]",
            r"can't open device .*Permission denied",
        ),
    ),
    (
        _gone,
        (
            r"No such file or directory: '/dev/",
            r"readiness to read but returned no data",
            r"Input/output error",
            r"\[Errno 5\]",
            r"ClearCommError failed",
        ),
    ),
    (
        _busy,
        (
            r"Device or resource busy: '?(?P<port>/dev/[^\s'\"\])]+)",
            r"port is busy",
            r"Resource busy",
            r"\[Errno 16\]",
            r"PermissionError\(13, 'Access is denied",
            r"Could not exclusively lock port",
        ),
    ),
    (_wrong_chip, (r"This chip is (?P<is>ESP[\w-]+),? not ESP[\w-]+",)),
    (_no_pack, (r"Target type '?(?P<chip>[\w-]+)'? not recognized",)),
    (
        _no_probe,
        (
            r"No connected debug probes",
            r"Couldn't find any ST-Link devices?",
            r"No ST-LINK detected",
            r"Error: open failed",
            r"unable to find a matching CMSIS-DAP device",
        ),
    ),
    (_no_dfu, (r"No DFU capable USB device available",)),
    (
        _no_target,
        (
            r"init mode failed \(unable to connect to the target\)",
            r"Failed to connect to target",
            r"unknown chip id!?.*",
            r"No ACK received",
        ),
    ),
    (_port_needed, (r"Please specify `upload_port`",)),
    (_did_not_fit, (r"will not fit in", r"exceeds flash size")),
    (
        _no_sync,
        (
            r"Failed to connect to (?:ESP|Espressif).*",
            r"No serial data received",
            r"Timed out waiting for packet header",
            r"Wrong boot mode detected.*",
            r"stk500\w*\(\): not in sync.*",
            r"programmer is not responding",
            r"No device found on \S+",
            r"Failed to init device.*",
            r"No accessible RP\w* devices? in BOOTSEL mode.*",
            r"Couldn't find a new upload port",
            r"Timed out waiting for acknowledgement.*",
            r"SAM-BA operation failed",
        ),
    ),
)
_KNOWN = tuple(
    (re.compile(pattern, re.MULTILINE | re.IGNORECASE), explain)
    for explain, patterns in _WORDS
    for pattern in patterns
)


def upload_error(failed: ToolFailedError, board: Board, port: str | None) -> UserError | None:
    """The failure as one line with its remedy for ``board``; None if it is not known."""
    for pattern, explain in _KNOWN:
        words = pattern.search(failed.output)
        if words:
            return explain(_Failure(board, port, failed.where, words))
    return platformio_error(failed, board)


def again(board: Board) -> str:
    """How the board is brought to listen, as a sentence: which button, where it has one."""
    advice = board.platformio.bootloader if board.platformio else None
    return f"{_sentence(advice)}, then flash again" if advice else "Press its reset button and flash again"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
