"""Firmware for recording alone: no project and no model are needed.

In place of a model stands one that computes nothing; its arena is the memory of a virtual board's sensor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tinykd.boards import Board
from tinykd.progress import Progress
from tinykd.scratch import scratch

if TYPE_CHECKING:
    from tinykd.firmware_project.recorder import Measured

MOST_ARENA_BYTES = 65536
ARENA_SHARE = 4  # of the board's RAM

_HEADER = """\
#ifndef RECORDER_H
#define RECORDER_H
#include "tkd_model.h"
#ifdef __cplusplus
extern "C" {
#endif
#define RECORDER_ARENA_BYTES %su
extern const tkd_model recorder_model;
#ifdef __cplusplus
}
#endif
#endif
"""

_VIRTUAL = """
#include "tkd_virtual_sensor.h"

static tkd_virtual_sensor sensor = TKD_VIRTUAL_SENSOR;

tkd_sensor *tkd_app_sensor(void) { return &sensor.sensor; }
"""

_SOURCE = """\
#include "recorder.h"
%s
static tkd_status nothing(void *arena) { return arena == NULL ? TKD_ERR_ARENA : TKD_OK; }

static const tkd_tensor_info tensor[1] = {{"none", 0, 1, 1.0f, 0, TKD_INT8, 1, {1}}};

const tkd_model recorder_model = {
    TKD_MODEL_ABI, "recorder", "static", {0}, RECORDER_ARENA_BYTES, 1, 1, 0, tensor, tensor, NULL,
    nothing, nothing, NULL, NULL,
};
"""


@contextmanager
def recording_board(
    board: Board, progress: Progress, measured: "Measured | None" = None, port: str | None = None
) -> Iterator[str]:
    """The URL of ``board``: a virtual one, which waits to be fed, or one whose own sensor is ``measured``."""
    from tinykd.build import build_firmware
    from tinykd.files import write_whole
    from tinykd.flash import open_board

    with scratch("tinykd-") as folder:
        for path, text in recording_files(board, measured).items():
            write_whole(folder / "project" / path, text)
        image = build_firmware(folder / "project", board, folder / "build", progress)
        with open_board(image, board, port) as url:
            yield url


def recording_files(board: Board, measured: "Measured | None") -> dict[str, str]:
    """The firmware project."""
    from tinykd.firmware_project import ModelSources, project_files
    from tinykd.firmware_project.recorder import recorder_files

    arena_bytes = min(MOST_ARENA_BYTES, board.ram_bytes // ARENA_SHARE) if board.virtual else 16
    source = _SOURCE % (_VIRTUAL if board.virtual else "")
    files = {"recorder.h": _HEADER % arena_bytes, "recorder.c": source}
    model = ModelSources("recorder", files, (), arena_bytes, 0, "00" * 32, input_bytes=1, output_bytes=1)
    return project_files(model, board) if measured is None else recorder_files(model, board, measured)
