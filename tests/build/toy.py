"""A model written by hand: 64 int8 in, 10 int8 out, two layers; it tests boards without a compiler."""

import numpy as np
from numpy.typing import NDArray

from tinykd.firmware_project import ModelSources

INPUT_BYTES = 64
OUTPUT_BYTES = 10
SHA256 = "ab" * 32

_HEADER = """\
#ifndef TOY_H
#define TOY_H
#include "tkd_model.h"
#ifdef __cplusplus
extern "C" {
#endif
#define TOY_ARENA_BYTES 96u
extern const tkd_model toy_model;
#ifdef __cplusplus
}
#endif
#endif
"""

_SOURCE = """\
#include "toy.h"

/* arena: input 0..63, output 64..73 */
static void weigh(uint8_t *arena) {
    const int8_t *in = (const int8_t *)arena;
    int8_t *out = (int8_t *)arena + 64;
    for (int32_t i = 0; i < 10; ++i) {
        int32_t sum = 0;
        for (int32_t j = 0; j < 64; ++j) {
            sum += in[j] * ((i * 7 + j * 3) % 11 - 5);
        }
        out[i] = (int8_t)(sum % 128);
    }
}

static void negate(uint8_t *arena) {
    int8_t *out = (int8_t *)arena + 64;
    for (int32_t i = 0; i < 10; ++i) {
        out[i] = (int8_t)-out[i];
    }
}

static tkd_status reset(void *arena) { return arena == NULL ? TKD_ERR_ARENA : TKD_OK; }

static tkd_status step(void *arena, uint16_t layer) {
    if (layer == 0) {
        weigh((uint8_t *)arena);
    } else {
        negate((uint8_t *)arena);
    }
    return TKD_OK;
}

static tkd_status invoke(void *arena) {
    weigh((uint8_t *)arena);
    negate((uint8_t *)arena);
    return TKD_OK;
}

static const tkd_tensor_info inputs[1] = {{"in", 0, 64, 0.5f, 0, TKD_INT8, 2, {1, 64}}};
static const tkd_tensor_info outputs[1] = {{"out", 64, 10, 0.5f, 0, TKD_INT8, 2, {1, 10}}};
static const tkd_layer_info layers[2] = {{"weigh", "weigh", 640, 64, 10},
                                         {"negate", "negate", 0, 64, 10}};

const tkd_model toy_model = {
    TKD_MODEL_ABI, "toy", "static", {SHA}, TOY_ARENA_BYTES, 1, 1, 2,
    inputs, outputs, layers, reset, invoke, step, NULL,
};
"""


def toy_sources(arena_bytes: int = 96) -> ModelSources:
    """The toy as generated code would be."""
    sha = ", ".join(["0xab"] * 32)
    files = {"toy.h": _HEADER, "toy.c": _SOURCE.replace("SHA", sha)}
    files["toy.h"] = _HEADER.replace("96u", f"{arena_bytes}u")
    return ModelSources("toy", files, (), arena_bytes, 0, SHA256)


def toy_outputs(inputs: NDArray[np.int8]) -> NDArray[np.int8]:
    """What it computes: (n, 64) -> (n, 10)."""
    i, j = np.mgrid[0:OUTPUT_BYTES, 0:INPUT_BYTES]
    weights = (i * 7 + j * 3) % 11 - 5
    sums = inputs.astype(np.int64) @ weights.T
    return np.asarray(-np.fmod(sums, 128), np.int8)
