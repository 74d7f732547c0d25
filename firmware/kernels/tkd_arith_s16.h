/* int16 arithmetic on two operands that may broadcast; all zero points are 0. Ranges: [-32768, 32767]. */
#ifndef TKD_ARITH_S16_H
#define TKD_ARITH_S16_H

#include "tkd_arith_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-32768, 32767]; aligned to 2
 * [out] y     dense, as many elements as rows has, Range: [-32768, 32767]; aligned to 2
 * [in]  p     constants
 */
void tkd_add_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_arith_params *p);
void tkd_sub_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_arith_params *p);
void tkd_mul_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_arith_params *p);

/*
 * [in]  a, b, x, alpha, condition  elements of the shapes that p->rows describes, Range: all of the type; int16 aligned
 * [out] y                          dense, Range: [-32768, 32767]; aligned to 2
 * [in]  p                          constants
 */
void tkd_squared_difference_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_arith_params *p);
void tkd_prelu_s16(const int16_t *x, const int8_t *alpha, int16_t *y, const tkd_prelu_params *p);
void tkd_select_s16(const uint8_t *condition, const int16_t *a, const int16_t *b, int16_t *y, const tkd_rows_params *p);

#ifdef __cplusplus
}
#endif
#endif
