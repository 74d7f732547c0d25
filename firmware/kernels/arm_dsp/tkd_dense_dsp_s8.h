/*
 * 1x1 convolutions, and FULLY_CONNECTED on several rows, int8, for Arm DSP cores. Equal to tkd_fully_connected_s8 in
 * every byte.
 *
 * Three rows of the input at a time are widened into scratch, then multiplied with all channels: tkd_dsp_gemm.h has the
 * layout of the weights and the counts.
 */
#ifndef TKD_DENSE_DSP_S8_H
#define TKD_DENSE_DSP_S8_H

#include "tkd_dsp_pixels.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dense_dsp_params {
    tkd_dsp_filters filters;
    int32_t rows, depth;
    const tkd_dsp_add_scale *add; /* NULL but for tkd_dense_add_dsp_s8 */
} tkd_dense_dsp_params;

/*
 * input: [rows, depth], output: [rows, channels], Range: [-128, 127]. The output may start at the input's address or
 * before it if channels <= depth.
 * scratch, aligned to 4: words * 12 bytes; + 3 * channels for the ADD.
 */
void tkd_dense_dsp_s8(const int8_t *input, int8_t *output, const tkd_dense_dsp_params *p, void *scratch);

/* The same, and then output = ADD(output, addend); addend has the output's shape and may be the output itself. */
void tkd_dense_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_dsp_params *p,
                          void *scratch);

#ifdef __cplusplus
}
#endif
#endif
