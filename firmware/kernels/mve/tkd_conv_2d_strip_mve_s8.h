/* CONV_2D of one group on Helium, whose window has no holes across; weights [x][y][channel]. */
#ifndef TKD_CONV_2D_STRIP_MVE_S8_H
#define TKD_CONV_2D_STRIP_MVE_S8_H

#include "tkd_conv_2d_mve_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_strip_mve_s8_scratch(const tkd_conv_2d_mve_params *p) {
    const uint32_t columns = (p->block - 1u) * p->window.stride_w + p->window.kernel_w;
    return (columns * p->window.kernel_h + 1u) * p->in_channels;
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][outputs], Range: [-128, 127]
 * [in]  p        constants; `block` is at most out_w
 * [out] scratch  tkd_conv_2d_strip_mve_s8_scratch(p) bytes, the columns of `block` output pixels
 */
void tkd_conv_2d_strip_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_strip_add_mve_s8_scratch(const tkd_conv_2d_mve_params *p) {
    return tkd_conv_2d_strip_mve_s8_scratch(p);
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][outputs], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_strip_add_mve_s8_scratch(p) bytes
 */
void tkd_conv_2d_strip_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                  const tkd_conv_2d_mve_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
