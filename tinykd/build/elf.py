"""Reads sections and symbols of an ELF with pyelftools."""

from pathlib import Path
from typing import Any

from tinykd.build.image import TOP_SYMBOLS, ElfSection, ElfSymbol
from tinykd.errors import ToolError

_WRITE, _ALLOC = 1, 2  # SHF_WRITE, SHF_ALLOC


def read_elf(path: Path, ram: range = range(0)) -> tuple[tuple[ElfSection, ...], tuple[ElfSymbol, ...]]:
    """Allocated sections in order of address, and the largest symbols. ``ram``: addresses of RAM, where they
    are known; constants that lie there were copied into it."""
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        with path.open("rb") as file:
            elf = ELFFile(file)
            sections = [_section(s, ram) for s in elf.iter_sections() if _takes_room(s)]
            return tuple(sections), _largest(elf)
    except (OSError, ELFError) as error:
        raise ToolError(path, f"cannot be read as an ELF file ({error})", "what the linker wrote") from None


def _takes_room(section: Any) -> bool:
    """Dummy sections only keep addresses apart in the ESP32's linker scripts."""
    return bool(section["sh_flags"] & _ALLOC and section["sh_size"] and "dummy" not in section.name)


def _section(section: Any, ram: range) -> ElfSection:
    empty = section["sh_type"] == "SHT_NOBITS"
    written = empty or bool(section["sh_flags"] & _WRITE)
    return ElfSection(
        section.name, section["sh_size"], flash=not empty, ram=written or section["sh_addr"] in ram
    )


def _largest(elf: Any) -> tuple[ElfSymbol, ...]:
    table = elf.get_section_by_name(".symtab")
    if table is None:
        return ()
    found = {symbol for entry in table.iter_symbols() if (symbol := _symbol(elf, entry))}
    return tuple(sorted(found, key=lambda s: (-s.bytes, s.name)))[:TOP_SYMBOLS]


def _symbol(elf: Any, entry: Any) -> ElfSymbol | None:
    index = entry["st_shndx"]
    if (
        entry["st_info"]["type"] not in ("STT_FUNC", "STT_OBJECT")
        or not entry["st_size"]
        or not isinstance(index, int)
    ):
        return None
    return ElfSymbol(entry.name, entry["st_size"], elf.get_section(index).name)
