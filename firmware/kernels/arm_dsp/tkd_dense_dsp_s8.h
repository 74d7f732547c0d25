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

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_dense_dsp_s8_scratch(const tkd_dense_dsp_params *p) {
    return (uint32_t)p->filters.words * 12u;
}

/*
 * [in]  input    [rows][depth], Range: [-128, 127]
 * [out] output   [rows][channels], Range: [-128, 127]; may start at the input's address or before it if channels <=
 *                depth
 * [in]  p        constants
 * [out] scratch  tkd_dense_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_dense_dsp_s8(const int8_t *input, int8_t *output, const tkd_dense_dsp_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_dense_add_dsp_s8_scratch(const tkd_dense_dsp_params *p) {
    return tkd_dense_dsp_s8_scratch(p) + (uint32_t)p->filters.channels * 3u;
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [rows][depth], Range: [-128, 127]
 * [in]  addend   [rows][channels], Range: [-128, 127]; may be the output itself
 * [out] output   [rows][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_dense_add_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_dense_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_dsp_params *p,
                          void *scratch);

#ifdef __cplusplus
}
#endif
#endif
