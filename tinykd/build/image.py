"""What an ELF takes of a board's memories.

Flash holds code, constants and the initial values of .data; RAM holds .data, .bss (the arena is there) and
the reserved stack. Source: the ELF specification (System V ABI, chapter 4), section types and flags.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Builder = Literal["make", "pio"]
TOP_SYMBOLS = 30


@dataclass(frozen=True)
class ElfSection:
    """One allocated section and the memories it takes room in; .data takes room in both."""

    name: str
    bytes: int
    flash: bool
    ram: bool

    @property
    def is_stack(self) -> bool:
        """Reserved for stack or heap by the linker script, not used by data."""
        return "stack" in self.name or "heap" in self.name


@dataclass(frozen=True)
class ElfSymbol:
    """A function or object."""

    name: str
    bytes: int
    section: str


@dataclass(frozen=True)
class FirmwareImage:
    """A built firmware."""

    elf: Path
    project: Path  # the folder it was built from
    sections: tuple[ElfSection, ...]
    symbols: tuple[ElfSymbol, ...]  # the largest, largest first
    compiler: str  # "arm-none-eabi-gcc 12.2.1"
    sha256: str  # of the ELF
    builder: Builder = "make"

    @property
    def flash_bytes(self) -> int:
        """Code, constants and initial values."""
        return sum(section.bytes for section in self.sections if section.flash)

    @property
    def ram_bytes(self) -> int:
        """Data, arena and the reserved stack."""
        return sum(section.bytes for section in self.sections if section.ram)

    @property
    def stack_bytes(self) -> int:
        """The part of ``ram_bytes`` that is reserved for the stack."""
        return sum(section.bytes for section in self.sections if section.ram and section.is_stack)

    def to_json(self) -> dict[str, Any]:
        """As it stands in ``size.json``."""
        return {
            "flash_bytes": self.flash_bytes,
            "ram_bytes": self.ram_bytes,
            "stack_bytes": self.stack_bytes,
            "sections": [vars(section) for section in self.sections],
            "symbols": [vars(symbol) for symbol in self.symbols],
            "compiler": self.compiler,
            "sha256": self.sha256,
            "builder": self.builder,
        }
