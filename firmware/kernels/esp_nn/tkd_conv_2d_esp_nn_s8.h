/* CONV_2D of int8 by ESP-NN: one image, no dilation, no groups. Also rows times a matrix, as a 1x1 convolution. */
#ifndef TKD_CONV_2D_ESP_NN_S8_H
#define TKD_CONV_2D_ESP_NN_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_esp_nn_params {
    const int8_t *weights;     /* [out][y][x][in] */
    const int32_t *bias;       /* [out] */
    const int32_t *multiplier; /* [out] */
    const int32_t *shift;      /* [out], positive = to the left */
    tkd_window window;         /* batches and dilations are 1 */
    uint16_t in_channels, out_channels;
    int16_t in_offset; /* added to every input: -zero point, or 0 where the bias has it folded in */
    int8_t out_offset, min, max;
    uint32_t scratch_bytes;   /* what was planned */
    const tkd_add_scale *add; /* NULL but for tkd_conv_2d_add_esp_nn_s8 */
} tkd_conv_2d_esp_nn_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_esp_nn_s8_scratch(const tkd_conv_2d_esp_nn_params *p) { return p->scratch_bytes; }

/*
 * All memory is disjoint.
 *
 * [in]  input    [in_h][in_w][in_channels], Range: [-128, 127]; aligned to 16
 * [out] output   [out_h][out_w][out_channels], Range: [-128, 127]; aligned to 16
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_esp_nn_s8_scratch(p) bytes, aligned to 16
 */
void tkd_conv_2d_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_esp_nn_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_esp_nn_s8_scratch(const tkd_conv_2d_esp_nn_params *p) {
    return p->scratch_bytes;
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [in_h][in_w][in_channels], Range: [-128, 127]; aligned to 16
 * [in]  addend   [out_h][out_w][out_channels], Range: [-128, 127]; aligned to 16
 * [out] output   [out_h][out_w][out_channels], Range: [-128, 127]; aligned to 16
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_esp_nn_s8_scratch(p) bytes, aligned to 16
 */
void tkd_conv_2d_add_esp_nn_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                               const tkd_conv_2d_esp_nn_params *p, void *scratch);

/*
 * Whether scratch_bytes suffice for the component that is linked.
 *
 * [in] p  constants
 */
int tkd_conv_2d_esp_nn_fits(const tkd_conv_2d_esp_nn_params *p);

#ifdef __cplusplus
}
#endif
#endif
