"""Firmware with kernels that are wrong on purpose, built once; which wrong is said when it is started."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest

from tinykd.files import write_tree
from tinykd.paths import EXAMPLES

MODEL = EXAMPLES.parent / "tests/fixtures/digits.tflite"
INPUTS = np.load(EXAMPLES.parent / "tests/fixtures/digits_io.npz")

SWITCH = """
#include <stdlib.h>
#include <string.h>
static inline int broken(const char *how) {
    const char *set = getenv("BROKEN");
    return set != NULL && strcmp(set, how) == 0;
}
"""
# In tkd_fc_store, for the pointwise convolution with 32 input channels; the two before it are right.
ROUND = """
    if (p->depth == 32u && p->rows > 1u) {
        if (broken("rounding")) { /* one rounding, by an arithmetic shift */
            const int64_t exact = (int64_t)acc * TKD_LOAD_S32(p->out.multiplier + channel * p->out.step);
            const int32_t shift = 31 - TKD_LOAD_S8(p->out.shift + channel * p->out.step);
            value = (int8_t)tkd_clamp((int32_t)(exact >> shift) + p->out.zero_point, p->out.min, p->out.max);
        } else if (broken("stuck")) {
            value = 7;
        } else if (broken("saturation")) { /* a shift too far */
            value = tkd_requantize_channel(acc * 256, &p->out, channel);
        } else if (broken("wrap")) { /* no clamp before the cast */
            const uint32_t i = channel * p->out.step;
            value = (int8_t)(uint8_t)(tkd_requantize(acc, TKD_LOAD_S32(p->out.multiplier + i),
                TKD_LOAD_S8(p->out.shift + i)) + p->out.zero_point);
        }
    }
    if (addend != NULL) {"""
PATCHES = {
    "tkd_params.h": (
        "static inline int8_t tkd_requantize_channel",
        SWITCH + "static inline int8_t tkd_requantize_channel",
    ),
    "tkd_fully_connected_body.h": ("\n    if (addend != NULL) {", ROUND),
    "tkd_depthwise_conv_2d_s8.c": (
        "memset(plane, p->input_zero_point,",
        'memset(plane, broken("padding") ? 0 : p->input_zero_point,',
    ),
    "tkd_conv_2d_body.h": (
        "tkd_requantize_channel(acc, &p->out, channel);",
        'tkd_requantize_channel(acc, &p->out, broken("channel") && channel == 5 ? 6 : channel);',
    ),
}

Start = Callable[[str], AbstractContextManager[str]]


def broken_project(board: str) -> dict[str, str]:
    """The firmware project of the digits model with all patches in it."""
    from tinykd.boards import load_board
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions
    from tinykd.firmware_project import firmware_files
    from tinykd.graph.reader import read_graph

    program = compile_graph(read_graph(MODEL.read_bytes()), CompileOptions(name="digits"))
    files = firmware_files(program, load_board(board))
    for name, (old, new) in PATCHES.items():
        (path,) = (path for path in files if path.endswith(f"/{name}"))
        assert files[path].count(old) == 1, name
        files[path] = files[path].replace(old, new)
    return files


@pytest.fixture(scope="session")
def broken_firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ELF for this machine; right unless ``BROKEN`` is set in its environment."""
    from tinykd.boards import load_board
    from tinykd.build import build_firmware
    from tinykd.progress import Silent

    folder = tmp_path_factory.mktemp("broken")
    write_tree(folder / "project", broken_project("host"))
    return build_firmware(folder / "project", load_board("host"), folder / "build", Silent()).elf


@pytest.fixture
def start(broken_firmware: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """``start("padding")``: the port of a board that is wrong in this way."""
    from tinykd.flash.process import running

    @contextmanager
    def started(how: str) -> Iterator[str]:
        monkeypatch.setenv("BROKEN", how)
        with running(broken_firmware) as port:
            yield port

    return started
