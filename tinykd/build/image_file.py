"""An ELF as the plain bytes that some uploaders take.

Source: the ELF specification (System V ABI, chapter 5): what is loaded are the PT_LOAD segments, at their
physical addresses; what lies between them is erased flash, 0xFF.
"""

from pathlib import Path

from tinykd.errors import ToolError
from tinykd.files import write_whole

OTA_BYTES = 0x2000  # of ESP-IDF's otadata partition; blank, it means the first application
_MOST_BYTES = 64 << 20


def write_binary(elf: Path, path: Path, start: int) -> Path:
    """``path`` with all that ``elf`` loads from address ``start`` on."""
    write_whole(path, binary(elf, start))
    return path


def binary(elf: Path, start: int) -> bytes:
    """The bytes from address ``start`` on."""
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        with elf.open("rb") as file:
            segments = [
                (int(s["p_paddr"]), bytes(s.data()))
                for s in ELFFile(file).iter_segments()
                if s["p_type"] == "PT_LOAD" and s["p_filesz"]
            ]
    except (OSError, ELFError) as error:
        raise ToolError(elf, f"cannot be read as an ELF file ({error})", "what the linker wrote") from None
    end = max((address + len(data) for address, data in segments), default=start)
    first = min((address for address, _ in segments), default=start)
    if first < start or end - start > _MOST_BYTES or end == start:
        raise ToolError(elf, f"loads {first:#x} to {end:#x}", f"an image for flash at {start:#x}")
    image = bytearray(b"\xff" * (end - start))
    for address, data in segments:
        image[address - start : address - start + len(data)] = data
    return bytes(image)


def write_blank(path: Path, size: int) -> Path:
    """``path`` with ``size`` bytes of erased flash."""
    write_whole(path, b"\xff" * size)
    return path
