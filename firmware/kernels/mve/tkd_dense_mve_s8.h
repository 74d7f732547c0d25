/* Rows of int8 times a matrix of int8 on Helium: FULLY_CONNECTED and 1x1 CONV_2D. */
#ifndef TKD_DENSE_MVE_S8_H
#define TKD_DENSE_MVE_S8_H

#include "tkd_mve_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dense_mve_params {
    tkd_mve_matrix matrix; /* its stride is its depth */
    uint32_t rows;
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

#ifdef __cplusplus
}
#endif
#endif
