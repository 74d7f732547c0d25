/*
 * CONV_2D, int8, for Armv6-M. Equals tkd_conv_2d_s8, its portable twin, in every byte.
 *
 * Dilation 1, one group. Each output pixel is gathered into scratch, then multiplied with all channels:
 * tkd_v6m_filters.h has the layout of the weights and the counts. Padding reads as the input's zero point.
 */
#ifndef TKD_CONV_2D_V6M_S8_H
#define TKD_CONV_2D_V6M_S8_H

#include "tkd_params.h"
#include "tkd_v6m_filters.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_v6m_params {
    tkd_v6m_filters filters;
    tkd_window window;
    uint16_t in_channels;
    int8_t input_zero_point;
    const tkd_add_scale *add; /* NULL but for tkd_conv_2d_add_v6m_s8 */
} tkd_conv_2d_v6m_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_v6m_s8_scratch(const tkd_conv_2d_v6m_params *p) { return p->filters.depth; }

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_v6m_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_v6m_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_v6m_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_v6m_s8_scratch(const tkd_conv_2d_v6m_params *p) {
    return (uint32_t)p->filters.depth + p->filters.channels;
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_v6m_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_add_v6m_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_v6m_params *p,
                            void *scratch);

#ifdef __cplusplus
}
#endif
#endif
