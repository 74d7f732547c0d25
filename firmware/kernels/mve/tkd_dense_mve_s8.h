/* Rows of int8 times a matrix of int8 on Helium: FULLY_CONNECTED, 1x1 CONV_2D, and gathered patches of any CONV_2D. */
#ifndef TKD_DENSE_MVE_S8_H
#define TKD_DENSE_MVE_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dense_mve_params {
    const int8_t *weights; /* flash, [ceil(outputs / 4)][ceil(depth / 16)][4][16], zero-padded */
    const int32_t *bias;   /* flash, [outputs padded to 4], input zero point folded in */
    tkd_requant out;       /* a multiplier and a shift for each of the padded outputs */
    uint32_t rows;
    uint32_t depth, outputs;
    const tkd_add_scale *add; /* NULL where there is no addend */
} tkd_dense_mve_params;

/*
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [out] output  [rows][outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_dense_mve_s8(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p);

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [in]  addend  [rows][outputs], Range: [-128, 127]; may be the output itself
 * [out] output  [rows][outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_dense_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p);

/*
 * One row of either, with addend in the second.
 *
 * [in]  input   [depth], Range: [-128, 127]
 * [in]  addend  [outputs], Range: [-128, 127]; may be the output itself
 * [out] output  [outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_dense_mve_row(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p);
void tkd_dense_add_mve_row(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p);

#ifdef __cplusplus
}
#endif
#endif
