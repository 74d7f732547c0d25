/* QUANTIZE where one side is int16: another scale, zero point or width. */
#ifndef TKD_REQUANTIZE_S16_H
#define TKD_REQUANTIZE_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_requantize_s16_params {
    int32_t x_zero, y_zero;
    int32_t multiplier, shift; /* Q0.31, left if positive */
    int32_t count;             /* elements */
} tkd_requantize_s16_params;

void tkd_requantize_s8_s16(const int8_t *input, int16_t *output, const tkd_requantize_s16_params *p);

/* These may work in place: output == input. */
void tkd_requantize_s16_s8(const int16_t *input, int8_t *output, const tkd_requantize_s16_params *p);
void tkd_requantize_s16_s16(const int16_t *input, int16_t *output, const tkd_requantize_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
