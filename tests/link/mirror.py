"""A model written by hand with as many bytes out as in, each the complement of its own; as many as asked."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.build.toy import SHA256
from tinykd.boards import Board
from tinykd.build import FirmwareImage, build_firmware
from tinykd.files import write_whole
from tinykd.firmware_project import ModelSources, project_files
from tinykd.progress import Silent

_HEADER = """\
#ifndef MIRROR_H
#define MIRROR_H
#include "tkd_model.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIRROR_ARENA_BYTES TOTALu
extern const tkd_model mirror_model;
#ifdef __cplusplus
}
#endif
#endif
"""

_SOURCE = """\
#include "mirror.h"

#define BYTES SIZEu

static tkd_status reset(void *arena) { return arena == NULL ? TKD_ERR_ARENA : TKD_OK; }

static tkd_status step(void *arena, uint16_t layer) {
    uint8_t *in = (uint8_t *)arena;
    (void)layer;
    for (uint32_t i = 0; i < BYTES; ++i) {
        in[BYTES + i] = (uint8_t)~in[i];
    }
    return TKD_OK;
}

static tkd_status invoke(void *arena) { return step(arena, 0); }

static const tkd_tensor_info inputs[1] = {{"in", 0, BYTES, 0.5f, 0, TKD_INT8, 2, {1, BYTES}}};
static const tkd_tensor_info outputs[1] = {{"out", BYTES, BYTES, 0.5f, 0, TKD_INT8, 2, {1, BYTES}}};
static const tkd_layer_info layers[1] = {{"mirror", "mirror", 0, BYTES, BYTES}};

const tkd_model mirror_model = {
    TKD_MODEL_ABI, "mirror", "static", {SHA}, MIRROR_ARENA_BYTES, 1, 1, 1,
    inputs, outputs, layers, reset, invoke, step, NULL,
};
"""


def build_mirror(folder: Path, board: Board, size: int) -> FirmwareImage:
    """Its firmware for ``board``, ``size`` bytes each way."""
    source = _SOURCE.replace("SIZE", str(size)).replace("SHA", ", ".join(["0xab"] * 32))
    header = _HEADER.replace("TOTAL", str(2 * size))
    model = ModelSources("mirror", {"mirror.h": header, "mirror.c": source}, (), 2 * size, 0, SHA256)
    for path, text in project_files(model, board).items():
        write_whole(folder / "project" / path, text)
    return build_firmware(folder / "project", board, folder / "out", Silent())


def mirrored(inputs: NDArray[np.int8]) -> list[bytes]:
    """What it answers to each row of (n, size)."""
    return [(~row).tobytes() for row in inputs]
