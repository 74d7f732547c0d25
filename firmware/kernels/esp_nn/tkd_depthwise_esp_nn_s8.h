/* DEPTHWISE_CONV_2D of int8 by ESP-NN: one image, no dilation. */
#ifndef TKD_DEPTHWISE_ESP_NN_S8_H
#define TKD_DEPTHWISE_ESP_NN_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_esp_nn_params {
    const int8_t *weights;     /* [y][x][in_channels * channel_multiplier] */
    const int32_t *bias;       /* [in_channels * channel_multiplier] */
    const int32_t *multiplier; /* as many */
    const int32_t *shift;      /* as many, positive = to the left */
    tkd_window window;         /* batches and dilations are 1 */
    uint16_t in_channels, channel_multiplier;
    int16_t in_offset; /* added to every input: -zero point, or 0 where the bias has it folded in */
    int8_t out_offset, min, max;
    uint32_t scratch_bytes; /* what was planned */
} tkd_depthwise_esp_nn_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_esp_nn_s8_scratch(const tkd_depthwise_esp_nn_params *p) {
    return p->scratch_bytes;
}

/*
 * All memory is disjoint.
 *
 * [in]  input    [in_h][in_w][in_channels], Range: [-128, 127]; aligned to 16
 * [out] output   [out_h][out_w][in_channels * channel_multiplier], Range: [-128, 127]; aligned to 16
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_esp_nn_s8_scratch(p) bytes, aligned to 16
 */
void tkd_depthwise_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_depthwise_esp_nn_params *p, void *scratch);

/*
 * Whether scratch_bytes suffice for the component that is linked.
 *
 * [in] p  constants
 */
int tkd_depthwise_esp_nn_fits(const tkd_depthwise_esp_nn_params *p);

#ifdef __cplusplus
}
#endif
#endif
