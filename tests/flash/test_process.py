"""The port of the host's firmware, however much the firmware says when it starts."""

from pathlib import Path

import pytest

from tinykd.errors import ToolError
from tinykd.flash.process import running


def firmware(folder: Path, *lines: str) -> Path:
    """A program that says ``lines`` at once."""
    path = folder / "firmware.elf"
    text = "\\n".join(lines)
    path.write_text(f"#!/bin/sh\nprintf '{text}\\n'\nexec sleep 30\n")
    path.chmod(0o755)
    return path


def test_what_tflm_says_beside_the_port_is_no_part_of_it(tmp_path: Path) -> None:
    with running(firmware(tmp_path, "port /dev/pts/99", "Failed to allocate temp memory.")) as url:
        assert url == "/dev/pts/99"


def test_a_firmware_that_says_something_else(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="the path of its pseudo-terminal"), running(firmware(tmp_path, "x")):
        pass
