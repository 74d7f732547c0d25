"""The processor cores that code is chosen for, and the options of a compilation."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

from tinykd.compiler.ctext import RESERVED
from tinykd.errors import ConfigError
from tinykd.graph.ends import Io

Optimize = Literal["speed", "balanced", "size", "ram"]


class Core(Enum):
    """What a kernel may assume; GENERIC is plain C99 on anything."""

    GENERIC = "generic"
    CORTEX_M0 = "cortex-m0"
    CORTEX_M4 = "cortex-m4"
    CORTEX_M7 = "cortex-m7"
    CORTEX_M33 = "cortex-m33"
    CORTEX_M55 = "cortex-m55"
    RV32IM = "rv32im"  # 32-bit RISC-V with multiplication, whatever else it has
    XTENSA = "xtensa"  # Xtensa LX with 32-bit multiplication, without SIMD
    ESP8266 = "esp8266"  # the same, with flash that is read in aligned words alone
    ESP32_S3 = "esp32-s3"  # with the component esp-nn at hand, as ESP32_P4
    ESP32_P4 = "esp32-p4"

    @property
    def has_dsp(self) -> bool:
        """Whether it has the DSP extension (SMLAD, SXTB16, …) and unaligned word loads."""
        return self in (Core.CORTEX_M4, Core.CORTEX_M7, Core.CORTEX_M33, Core.CORTEX_M55)

    @property
    def has_mve(self) -> bool:
        """Whether it has Helium vectors."""
        return self is Core.CORTEX_M55

    @property
    def has_esp_nn(self) -> bool:
        """Whether ESP-NN has kernels for it, as a library of the firmware project."""
        return self in (Core.ESP32_S3, Core.ESP32_P4)


@dataclass(frozen=True)
class Target:
    """The core and the goal that kernels are chosen for; ``replaceable``: by shapes alone, since another
    model's weights, scales and zero points may take the place of this one's."""

    core: Core = Core.GENERIC
    optimize: Optimize = "balanced"
    replaceable: bool = False


@dataclass(frozen=True)
class CompileOptions:
    """``name`` prefixes every symbol of the model, so it is a C identifier; ``labels`` go into comments
    and tables. ``avr``: whether plain C has to run on an 8-bit AVR as well. ``io``: what the program takes
    and gives where the model has float32."""

    name: str
    core: Core = Core.GENERIC
    optimize: Optimize = "balanced"
    labels: tuple[str, ...] | None = None
    source: str = "model.tflite"  # how the header names the file it was made from
    avr: bool = True
    io: Io = "integer"
    windows: bool = False  # each inference is of a whole window, from the initial state
    ram_bytes: int | None = None  # what the arena may take at most, where that is known
    hop_rows: int | None = None  # each inference is of so many new rows of a window; None: of all of it
    replaceable: bool = False  # another model's weights may take the place of this one's at run time

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name) or self.name.startswith("tkd"):
            raise ConfigError(
                f"name {self.name!r}",
                "no name for a model",
                "a small letter, then small letters, digits and _, at most 40, not starting with tkd",
                "Choose another name",
            )
        if self.name in RESERVED:
            raise ConfigError(f"name {self.name!r}", "a word that C reserves", fix="Choose another name")
        if self.optimize not in get_args(Optimize):
            raise ConfigError("optimize", repr(self.optimize), " or ".join(get_args(Optimize)))

    @property
    def flash_apart(self) -> bool:
        """Whether constants in flash are read otherwise than others: on an ESP8266; on an AVR, whose kernels
        are plain C."""
        return self.core is Core.ESP8266 or (self.avr and self.core is Core.GENERIC)

    @property
    def target(self) -> Target:
        return Target(self.core, self.optimize, self.replaceable)
