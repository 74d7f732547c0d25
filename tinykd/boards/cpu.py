"""The processors that boards have: what the compiler assumes of each, and Debian's compiler for it.

``core`` is the default of a board's ``core`` (a board may name another, as those with ESP-NN do); ``flags``
are those of gcc, as PlatformIO's frameworks set them for the same processor. Debian has none for the
windowed Xtensa of ESP32 and S3.
"""

from dataclasses import dataclass
from typing import Literal

# Twin of tinykd.compiler.core.Core, which a test compares: listing boards loads no compiler.
CoreName = Literal[
    "generic", "cortex-m0", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "rv32im",
    "xtensa", "esp8266", "esp32-s3", "esp32-p4",
]  # fmt: skip
CpuName = Literal[
    "host",
    "cortex-m0",
    "cortex-m0plus",
    "cortex-m3",
    "cortex-m4",
    "cortex-m7",
    "cortex-m33",
    "cortex-m55",
    "rv32imc",
    "rv32imac",
    "rv32imafc",
    "xtensa-lx106",
    "xtensa-lx6",
    "xtensa-lx7",
    "avr",
]
Extension = Literal["dsp", "fpu", "fpu-double", "mve", "vector"]  # vector: the S3's and the P4's own


@dataclass(frozen=True)
class Cpu:
    """A processor. ``cross`` is the prefix of its compiler, "" this machine's, None where there is none."""

    core: CoreName
    cross: str | None
    flags: tuple[str, ...] = ()


_ARM, _RISCV = "arm-none-eabi-", "riscv64-unknown-elf-"


def _arm(core: CoreName, *flags: str) -> Cpu:
    return Cpu(core, _ARM, (*flags, "-mthumb"))


def _riscv(arch: str, abi: str = "ilp32") -> Cpu:
    """The old ISA spec, or gcc 12 picks the C library of another architecture."""
    return Cpu("rv32im", _RISCV, (f"-march={arch}", f"-mabi={abi}", "-misa-spec=2.2"))


CPUS: dict[str, Cpu] = {
    "host": Cpu("generic", ""),
    "cortex-m0": _arm("cortex-m0", "-mcpu=cortex-m0"),
    "cortex-m0plus": _arm("cortex-m0", "-mcpu=cortex-m0plus"),
    "cortex-m3": _arm("generic", "-mcpu=cortex-m3"),
    "cortex-m4": _arm("cortex-m4", "-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
    "cortex-m7": _arm("cortex-m7", "-mcpu=cortex-m7", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"),
    "cortex-m33": _arm("cortex-m33", "-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"),
    "cortex-m55": _arm("cortex-m55", "-mcpu=cortex-m55", "-mfloat-abi=hard"),
    "rv32imc": _riscv("rv32imc"),
    "rv32imac": _riscv("rv32imac"),
    "rv32imafc": _riscv("rv32imafc", "ilp32f"),
    "xtensa-lx106": Cpu("xtensa", "xtensa-lx106-elf-", ("-mlongcalls",)),
    "xtensa-lx6": Cpu("xtensa", None),
    "xtensa-lx7": Cpu("xtensa", None),
    "avr": Cpu("generic", "avr-"),
}
