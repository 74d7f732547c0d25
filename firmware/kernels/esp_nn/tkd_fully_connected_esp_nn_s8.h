/* FULLY_CONNECTED of one row of int8 by ESP-NN. */
#ifndef TKD_FULLY_CONNECTED_ESP_NN_S8_H
#define TKD_FULLY_CONNECTED_ESP_NN_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fully_connected_esp_nn_params {
    const int8_t *weights;     /* [outputs][depth] */
    const int32_t *bias;       /* [outputs], input zero point folded in */
    const int32_t *multiplier; /* [outputs] or [1] */
    const int32_t *shift;      /* as many, positive = to the left */
    uint16_t depth, outputs;
    uint8_t per_channel;
    int8_t out_offset, min, max;
} tkd_fully_connected_esp_nn_params;

/*
 * [in]  input   [depth], Range: [-128, 127]; aligned to 16
 * [out] output  [outputs], Range: [-128, 127]; apart from the input
 * [in]  p       constants
 */
void tkd_fully_connected_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_esp_nn_params *p);

#ifdef __cplusplus
}
#endif
#endif
