/*
 * ADD, SUB and MUL of two int8 operands that may broadcast on Helium: four values of a row at a time. Equal
 * tkd_add_rows_s8, tkd_sub_s8 and tkd_mul_s8 in every byte, for shifts <= 0.
 */
#ifndef TKD_ARITH_MVE_S8_H
#define TKD_ARITH_MVE_S8_H

#include "tkd_arith_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  a, b  elements of the shapes that p->rows describes, with steps of 0 or 1 within a row, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]; may be an operand of its own shape
 * [in]  p     constants
 */
void tkd_add_rows_mve_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
void tkd_sub_mve_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
void tkd_mul_mve_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);

#ifdef __cplusplus
}
#endif
#endif
