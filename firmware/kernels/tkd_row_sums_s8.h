/* A global average or mean of rows that come a few at a time: their sums, and the output from them. */
#ifndef TKD_ROW_SUMS_S8_H
#define TKD_ROW_SUMS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_row_sums_params {
    uint32_t pixels; /* of the rows */
    uint16_t channels;
} tkd_row_sums_params;

/*
 * [in]     rows  [pixels][channels], Range: [-128, 127]
 * [in,out] sums  [channels]: each grows by its channel
 * [in]     p     constants
 */
void tkd_row_sums_s8(const int8_t *rows, int32_t *sums, const tkd_row_sums_params *p);

typedef struct tkd_average_of_sums_params {
    uint16_t channels;
    int32_t count; /* pixels */
    int8_t min, max;
} tkd_average_of_sums_params;

/*
 * Equals tkd_average_pool_2d_s8 on one window: rounded half away from zero.
 *
 * [in]  sums    [channels]
 * [out] output  [channels], Range: [min, max]
 * [in]  p       constants
 */
void tkd_average_of_sums_s8(const int32_t *sums, int8_t *output, const tkd_average_of_sums_params *p);

typedef struct tkd_mean_of_sums_params {
    uint16_t channels;
    int32_t zero_sum; /* the input's zero point times the pixels */
    int32_t multiplier, shift;
    int32_t y_zero;
} tkd_mean_of_sums_params;

/*
 * Equals tkd_sum_s8 over the pixels.
 *
 * [in]  sums    [channels]
 * [out] output  [channels], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_mean_of_sums_s8(const int32_t *sums, int8_t *output, const tkd_mean_of_sums_params *p);

#ifdef __cplusplus
}
#endif
#endif
