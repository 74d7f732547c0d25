/*
 * Arithmetic and comparison of plain integers: no scale, no zero point; operands may broadcast.
 *
 * A result that does not fit its type wraps around, as TFLM's compilers make it.
 */
#ifndef TKD_PLAIN_H
#define TKD_PLAIN_H

#include <stdint.h>

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_plain_params {
    tkd_rows rows;
    int32_t min, max; /* the fused activation */
} tkd_plain_params;

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: all of the type; aligned to their type
 * [out] y     dense, as many elements as rows has; may be an operand that is read in its order
 * [in]  p     rows of a, b and limits of y
 */
void tkd_add_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p);
void tkd_sub_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p);
void tkd_mul_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p);
void tkd_squared_difference_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p);

/*
 * Rounds towards zero. A divisor of 0, at which TFLM ends the program, gives 0.
 *
 * [in]  a, b  elements of the shapes that p->rows describes, Range: all of int32; aligned to 4
 * [out] y     dense, as many elements as rows has; aligned to 4
 * [in]  p     constants
 */
void tkd_div_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p);

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: all of the type; aligned to it, int64 to 4
 * [out] y     dense, as many elements as rows has; aligned likewise
 * [in]  p     constants
 */
void tkd_minimum_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_rows_params *p);
void tkd_maximum_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_rows_params *p);
void tkd_minimum_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_rows_params *p);
void tkd_maximum_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_rows_params *p);
void tkd_minimum_s64(const void *a, const void *b, void *y, const tkd_rows_params *p);
void tkd_maximum_s64(const void *a, const void *b, void *y, const tkd_rows_params *p);

/* accept: bit 0 where a < b, bit 1 where a == b, bit 2 where a > b give true. */
typedef struct tkd_compare_plain_params {
    tkd_rows rows;
    uint8_t accept;
} tkd_compare_plain_params;

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: all of the type, of bool bytes 0 or 1; aligned to
 *             it, int64 to 4
 * [out] y     dense, bytes 0 or 1
 * [in]  p     constants
 */
void tkd_compare_b8(const uint8_t *a, const uint8_t *b, uint8_t *y, const tkd_compare_plain_params *p);
void tkd_compare_s32(const int32_t *a, const int32_t *b, uint8_t *y, const tkd_compare_plain_params *p);
void tkd_compare_s64(const void *a, const void *b, uint8_t *y, const tkd_compare_plain_params *p);

#ifdef __cplusplus
}
#endif
#endif
