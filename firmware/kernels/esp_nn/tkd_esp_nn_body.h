/*
 * Espressif's kernels (the component espressif/esp-nn, from 1.2.3 on), as the adapters in this folder see them.
 *
 * ESP-NN keeps the address of its scratch in a variable of its own: one inference at a time in the whole program.
 */
#ifndef TKD_ESP_NN_BODY_H
#define TKD_ESP_NN_BODY_H

#include <stdint.h>

#if defined(ESP_PLATFORM)
#include <sdkconfig.h> /* esp_nn.h chooses the chip's kernels by it, and does not include it */
#endif

#if defined(CONFIG_NN_SKIP_NUDGE) || defined(SKIP_NUDGE)
#error "CONFIG_NN_SKIP_NUDGE makes ESP-NN round differently from TensorFlow Lite Micro: turn it off in sdkconfig"
#endif

#include <esp_nn.h>

#include "tkd_params.h"

static inline data_dims_t tkd_esp_nn_dims(int32_t width, int32_t height, int32_t channels) {
    data_dims_t dims = {0, 0, 0, 1};
    dims.width = width;
    dims.height = height;
    dims.channels = channels;
    return dims;
}

static inline data_2d_t tkd_esp_nn_pair(int32_t width, int32_t height) {
    data_2d_t pair = {0, 0};
    pair.width = width;
    pair.height = height;
    return pair;
}

/* The component's structure has no const, and the component only reads through it. */
static inline quant_data_t tkd_esp_nn_quant(const int32_t *multiplier, const int32_t *shift) {
    quant_data_t quant;
    quant.mult = (int32_t *)(uintptr_t)multiplier;
    quant.shift = (int32_t *)(uintptr_t)shift;
    return quant;
}

#endif
