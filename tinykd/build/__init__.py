"""A firmware project becomes an image of known sizes, refused before it is flashed if they do not fit."""

from tinykd.build.budget import check_budget
from tinykd.build.firmware import build_firmware, load_image
from tinykd.build.image import ElfSection, ElfSymbol, FirmwareImage

__all__ = ["ElfSection", "ElfSymbol", "FirmwareImage", "build_firmware", "check_budget", "load_image"]
