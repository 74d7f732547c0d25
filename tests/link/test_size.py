"""The harness stays small enough for an nRF51 with 16 KiB of RAM."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.link import build

CODE_BYTES = 5 * 1024 + 512  # of the protocol, -Os, with all commands, the hooks of a slot and lines of UTF-8
LINES_BYTES = 3072 + 288  # the lines for a person, and whom they are handed to
SENSOR_BYTES = 2048  # the sensor's stream and the virtual sensor, only where there is one
OBJECTS_BYTES = 768  # lines about objects, only where a model finds any
TEXTS_BYTES = 896  # answers to texts, unsure ones too, only where a model takes any
LABELS_BYTES = 960  # lines about several labels, only where a model has any
RAM_BYTES = 1024  # of the protocol, beyond the buffer that a request is received in
STACK_BYTES = 1024  # of tkd_harness_run, which holds both buffers
SMALL_STACK_BYTES = 512  # with the smallest receive buffer
RX_BYTES = 528 + 6 + 3  # TKD_RX_BYTES
DEEPEST_CALLS = 6  # no more functions of the harness than these are ever active at once


PARTS = {
    "tkd_answer": "texts",
    "tkd_console": "lines",
    "tkd_labels": "labels",
    "tkd_say": "lines",
    "tkd_seen": "objects",
    "tkd_streamer": "sensor",
    "tkd_virtual_sensor": "sensor",
}


def compile_for(folder: Path, core: str, *options: str, part: str = "protocol") -> tuple[int, list[int]]:
    """Bytes of code and constants of one part of the harness, and of each function's stack."""
    code, stacks = 0, []
    for source in (s for s in build.link_sources() if PARTS.get(s.stem, "protocol") == part):
        out = folder / f"{source.stem}.o"
        target = [f"-mcpu={core}", "-mthumb", "-Os", "-std=c99", "-fstack-usage", *build.WARNINGS]
        command = ["arm-none-eabi-gcc", *target, *build.INCLUDES, *options, "-c", str(source), "-o", str(out)]
        subprocess.run(command, check=True)
        sizes = subprocess.run(["arm-none-eabi-size", str(out)], capture_output=True, text=True, check=True)
        text, data, bss = map(int, sizes.stdout.splitlines()[1].split()[:3])
        assert (data, bss) == (0, 0)  # no state outside tkd_harness_run
        code += text
        usage = out.with_suffix(".su").read_text()
        assert "dynamic" not in usage
        stacks += map(int, re.findall(r"\t(\d+)\t", usage))
    return code, sorted(stacks, reverse=True)


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_small_in_flash_and_ram(tmp_path: Path, core: str) -> None:
    code, stacks = compile_for(tmp_path, core)
    assert code <= CODE_BYTES
    assert stacks[0] <= STACK_BYTES
    assert sum(stacks[:DEEPEST_CALLS]) - RX_BYTES <= RAM_BYTES


def test_the_lines_are_small(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", part="lines")
    assert code <= LINES_BYTES
    assert stacks[0] <= 160


def test_the_sensor_is_small(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", part="sensor")
    assert code <= SENSOR_BYTES
    assert stacks[0] <= 80


def test_the_lines_about_objects_are_small(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", part="objects")
    assert code <= OBJECTS_BYTES
    assert stacks[0] <= 80


def test_the_answers_to_texts_are_small(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", part="texts")
    assert code <= TEXTS_BYTES
    assert stacks[0] <= 80


def test_the_lines_about_several_labels_are_small(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", part="labels")
    assert code <= LABELS_BYTES
    assert stacks[0] <= 80


def test_smaller_still(tmp_path: Path) -> None:
    code, stacks = compile_for(tmp_path, "cortex-m0", "-DTKD_LINK_MAX_PAYLOAD=64u")
    assert code <= CODE_BYTES
    assert stacks[0] <= SMALL_STACK_BYTES


def test_no_heap_and_no_stdio() -> None:
    for source in build.link_sources():
        assert not re.search(
            r"\b(malloc|calloc|realloc|free|printf|sprintf|snprintf|puts)\s*\(", source.read_text()
        )
