/* Rows of int8 times a matrix of int8: FULLY_CONNECTED and 1x1 CONV_2D. */
#ifndef TKD_FULLY_CONNECTED_S8_H
#define TKD_FULLY_CONNECTED_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fully_connected_params {
    const int8_t *weights; /* flash, [outputs][depth] */
    const int32_t *bias;   /* flash, [outputs], input zero point folded in */
    tkd_requant out;
    uint32_t rows;
    uint32_t depth, outputs;
    const tkd_add_scale *add; /* NULL but for tkd_fully_connected_add_s8 */
} tkd_fully_connected_params;

/*
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [out] output  [rows][outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_fully_connected_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_params *p);

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [in]  addend  [rows][outputs], Range: [-128, 127]; may be the output itself
 * [out] output  [rows][outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_fully_connected_add_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                const tkd_fully_connected_params *p);

#ifdef __cplusplus
}
#endif
#endif
