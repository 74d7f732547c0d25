/* Rows of int16 times a matrix of int8: FULLY_CONNECTED. */
#ifndef TKD_FULLY_CONNECTED_S16_H
#define TKD_FULLY_CONNECTED_S16_H

#include "tkd_wide_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fully_connected_s16_params {
    const int8_t *weights; /* flash, [outputs][depth] */
    const int64_t *bias;   /* flash, [outputs] */
    tkd_requant_s16 out;
    uint32_t rows;
    uint32_t depth, outputs;
} tkd_fully_connected_s16_params;

/*
 * [in]  input   [rows][depth], Range: [-32768, 32767]; aligned to 2
 * [out] output  [rows][outputs], Range: [-32768, 32767]; aligned to 2
 * [in]  p       constants
 */
void tkd_fully_connected_s16(const int16_t *input, int16_t *output, const tkd_fully_connected_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
