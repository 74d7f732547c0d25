"""The values in a board's TOML, each refused with one sentence that says what to write instead.

Texts are limited to what cannot break out of a Makefile, an ini file, a command or a comment of C. A size is
bytes and a frequency hertz, as whole numbers: a text such as "512 KB" is answered with the number.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from tinykd.boards.cpu import Extension

_REGISTERED = r"([\w-]+/)?[\w-]+@\d+\.\d+\.\d+"  # in PlatformIO's registry
_RELEASED = r"https://github\.com/[\w.-]+/[\w.-]+/releases/download/v?\d[\w.+-]*/[\w.-]+\.zip"
_COMMITTED = r"https://github\.com/[\w.-]+/[\w.-]+\.git#[0-9a-f]{40}"
_SIZE = re.compile(r"([\d_]+(?:\.\d+)?)\s*([kmg])i?b?(?:ytes)?", re.IGNORECASE)
_RATE = re.compile(r"([\d_]+(?:\.\d+)?)\s*([kmg])hz", re.IGNORECASE)
LEAST_FLASH, LEAST_RAM, LEAST_HZ = 8_192, 1_024, 1_000_000  # less was meant in KB or in MHz


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _matching(pattern: str, wanted: str) -> AfterValidator:
    """Every text matches ``pattern``, so that none breaks out of a Makefile, an ini file or a command."""

    def check(texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            if not re.fullmatch(pattern, text):
                raise ValueError(f'"{text}" is no {wanted}')
        return texts

    return AfterValidator(check)


def _like(pattern: str, wanted: str) -> AfterValidator:
    """One text that matches ``pattern``."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f'"{text}" cannot stand here; expected {wanted}')
        return text

    return AfterValidator(check)


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise ValueError("the list is empty; expected one at least")
    return texts


def _whole(unit: str, shape: re.Pattern[str], thousand: int) -> BeforeValidator:
    """A text with a unit is refused with the number it stands for."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = shape.fullmatch(value.strip())
        number = f", {_scaled(found, thousand):_}" if found else ""
        raise ValueError(f'"{value}" is text; expected {unit} as a whole number{number}')

    return BeforeValidator(check)


def _scaled(found: re.Match[str], thousand: int) -> int:
    power = "kmg".index(found[2].lower()) + 1
    return int(float(found[1].replace("_", "")) * thousand**power)


def _at_least(least: int, unit: str, larger: str, factor: int) -> AfterValidator:
    """A number that is too small was written in another unit."""

    def check(value: int) -> int:
        if value < least:
            meant = f"{value} {larger} are {value * factor:_}" if value else f"{least:_} at least"
            raise ValueError(f"{value} is too little for {unit}; expected {unit}: {meant}")
        return value

    return AfterValidator(check)


Extensions = Annotated[tuple[Extension, ...], BeforeValidator(_tuple)]
Flags = Annotated[tuple[str, ...], BeforeValidator(_tuple), _matching(r"-[\w./=+-]+", "compiler flag")]
Defines = Annotated[tuple[str, ...], BeforeValidator(_tuple), _matching(r"\w+=\w+", "definition NAME=VALUE")]
UsbIds = Annotated[
    tuple[str, ...],
    BeforeValidator(_tuple),
    _matching(r"[0-9a-f]{4}:[0-9a-f]{4}", "USB id such as 0483:374b"),
    AfterValidator(_some),
]
Lines = Annotated[tuple[str, ...], BeforeValidator(_tuple), _matching(r"[^\n\r\[\]]+", "single line")]
Components = Annotated[
    tuple[str, ...],
    BeforeValidator(_tuple),
    _matching(r"[\w-]+/[\w-]+@[<>=~^]{0,2}\d+\.\d+\.\d+", "component such as espressif/esp-nn@>=1.2.3"),
]
Options = Annotated[
    tuple[str, ...], BeforeValidator(_tuple), _matching(r'CONFIG_\w+=[\w."-]*', "CONFIG_NAME=VALUE")
]
Platform = Annotated[
    str,
    _like(
        rf"{_REGISTERED}|{_RELEASED}|{_COMMITTED}",
        "a platform with its version, such as ststm32@19.6.0, or a release or commit on GitHub",
    ),
]
Word = Annotated[str, _like(r"[A-Za-z0-9][A-Za-z0-9_.@/+-]*", "a word of letters, digits and _.@/+-")]
# Names a folder too.
BoardName = Annotated[
    str, _like(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}", "a name of letters, digits and _.+-, at most 64")
]
# May stand in a comment of make or C.
Text = Annotated[str, _like(r"[^\\\n\r$]+", "a line of text without a backslash and without $")]
Page = Annotated[str, _like(r"https://[\w./%#?=&+~:-]+", "an address such as https://www.st.com")]
Version = Annotated[str, _like(r"\d+\.\d+\.\d+", "a version such as 2.0.0")]
Header = Annotated[str, _like(r"[A-Za-z0-9_./-]+\.h", "a header's name such as tflm.h")]
Address = Annotated[int, Field(ge=0, lt=1 << 32)]
_BYTES = _whole("bytes", _SIZE, 1024)
FlashBytes = Annotated[int, _BYTES, Field(le=1 << 32), _at_least(LEAST_FLASH, "bytes", "KiB", 1024)]
RamBytes = Annotated[int, _BYTES, Field(le=1 << 32), _at_least(LEAST_RAM, "bytes", "KiB", 1024)]
StackBytes = Annotated[int, _BYTES, Field(gt=0, multiple_of=8)]
SampleRates = Annotated[
    tuple[Annotated[int, Field(ge=1_000, le=768_000)], ...], BeforeValidator(_tuple)
]  # hertz
Hertz = Annotated[
    int, _whole("Hz", _RATE, 1000), Field(le=4_000_000_000), _at_least(LEAST_HZ, "Hz", "kHz", 1000)
]
