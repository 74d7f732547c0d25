/* CONV_2D of one group on Helium: any window, stride, dilation and padding; weights [y][x][channel]. */
#ifndef TKD_CONV_2D_MVE_S8_H
#define TKD_CONV_2D_MVE_S8_H

#include "tkd_mve_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_mve_params {
    tkd_mve_matrix matrix; /* its stride is from patch to patch */
    tkd_window window;
    uint16_t in_channels;
    uint16_t block; /* output pixels at a time */
    int8_t input_zero_point;
} tkd_conv_2d_mve_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_mve_s8_scratch(const tkd_conv_2d_mve_params *p) {
    return p->matrix.depth * p->block;
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][outputs], Range: [-128, 127]
 * [in]  p        constants; matrix.stride is matrix.depth, a patch padded to 16
 * [out] scratch  tkd_conv_2d_mve_s8_scratch(p) bytes, the inputs of `block` output pixels
 */
void tkd_conv_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_mve_s8_scratch(const tkd_conv_2d_mve_params *p) {
    return tkd_conv_2d_mve_s8_scratch(p);
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][outputs], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_mve_s8_scratch(p) bytes
 */
void tkd_conv_2d_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                            void *scratch);

#ifdef __cplusplus
}
#endif
#endif
