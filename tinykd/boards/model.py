"""What is known of a board: memory, processor, port and how its firmware is run.

Sizes are bytes. ``run`` says which of three ways: an emulated machine, a process of this machine, or a real
board that PlatformIO builds for and flashes. Reading files is ``load``'s affair.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# Twin of tinykd.compiler.core.Core, which a test compares: listing boards loads no compiler.
CoreName = Literal[
    "generic", "cortex-m0", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "esp32-s3", "esp32-p4"
]  # fmt: skip
_REGISTERED = r"([\w-]+/)?[\w-]+@\d+\.\d+\.\d+"  # in PlatformIO's registry
_RELEASED = r"https://github\.com/[\w.-]+/[\w.-]+/releases/download/v?\d[\w.+-]*/[\w.-]+\.zip"
Kind = Literal["qemu", "host", "platformio"]


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


Flags = Annotated[tuple[str, ...], BeforeValidator(_tuple), _matching(r"-[\w.=+-]+", "compiler flag")]
Defines = Annotated[tuple[str, ...], BeforeValidator(_tuple), _matching(r"\w+=\w+", "definition NAME=VALUE")]
UsbIds = Annotated[
    tuple[str, ...],
    BeforeValidator(_tuple),
    _matching(r"[0-9a-f]{4}:[0-9a-f]{4}", "USB id such as 0483:374b"),
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
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@/+-]*$")]
Text = Annotated[str, Field(pattern=r"^[^\\\n\r$]+$")]  # may stand in a comment of make or C
Bytes = Annotated[int, Field(gt=0, le=1 << 32)]
Address = Annotated[int, Field(ge=0, lt=1 << 32)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class QemuMachine(_Frozen):
    """An emulated board: ``qemu-system-arm -M machine``."""

    kind: Literal["qemu"]
    machine: Word


class NativeProcess(_Frozen):
    """This machine: a process on a pseudo-terminal."""

    kind: Literal["host"]


class PlatformIOTarget(_Frozen):
    """A real board, with the versions that are pinned in its ``platformio.ini``."""

    kind: Literal["platformio"]
    platform: Annotated[str, Field(pattern=rf"^({_REGISTERED}|{_RELEASED})$")]
    board: Word
    framework: Literal["arduino", "espidf"]
    components: Components = ()  # of ESP-IDF, with their versions
    sdkconfig: Options = ()  # of ESP-IDF
    lib_deps: Lines = ()
    upload_protocol: Word | None = None
    usb_ids: UsbIds  # vendor:product, running before boot loader
    dtr: bool = True  # state of the line while the port is open
    rts: bool = True
    options: Lines = ()  # more lines of the environment

    @model_validator(mode="after")
    def _of_its_framework(self) -> "PlatformIOTarget":
        if self.framework != "espidf" and (self.components or self.sdkconfig):
            raise ValueError("components and sdkconfig are for framework espidf")
        return self


Run = Annotated[QemuMachine | NativeProcess | PlatformIOTarget, Field(discriminator="kind")]


class Board(_Frozen):
    """One board. ``port`` is the folder in firmware/port that has its UART and counter."""

    name: Word  # the TOML's file name
    title: Text
    mcu: Text
    core: CoreName
    port: Word
    clock_hz: Annotated[int, Field(gt=0)]
    baud: Annotated[int, Field(ge=1200, le=4_000_000)] = 115_200
    cpu_flags: Flags = ()
    defines: Defines = ()
    flash_origin: Address = 0
    flash_bytes: Bytes
    ram_origin: Address = 0
    ram_bytes: Bytes
    stack_bytes: Annotated[int, Field(gt=0, multiple_of=8)]  # reserved for the stack, part of ram_bytes
    run: Run

    @model_validator(mode="after")
    def _stack_fits(self) -> "Board":
        if self.stack_bytes >= self.ram_bytes:
            raise ValueError(f"stack_bytes {self.stack_bytes} leave nothing of ram_bytes {self.ram_bytes}")
        return self

    @property
    def kind(self) -> Kind:
        """How firmware gets onto it."""
        return self.run.kind

    @property
    def platformio(self) -> PlatformIOTarget | None:
        """What PlatformIO must know, for a real board."""
        return self.run if isinstance(self.run, PlatformIOTarget) else None

    @property
    def machine(self) -> str | None:
        """QEMU's name of an emulated board."""
        return self.run.machine if isinstance(self.run, QemuMachine) else None

    @property
    def virtual(self) -> bool:
        """True when it needs nothing on the desk."""
        return self.platformio is None
