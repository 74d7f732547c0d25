/* Two output rows of a 3x3 depthwise convolution; tkd_depthwise_3x3_dsp_s8.h has layouts and counts. */
#ifndef TKD_DSP_ROWS_H
#define TKD_DSP_ROWS_H

#include <stdint.h>

#include "tkd_depthwise_3x3_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_DSP_CHANNELS 4                    /* that are widened together */
#define TKD_DSP_COLUMN (2 * TKD_DSP_CHANNELS) /* words of one column: per channel one of either row pair */
#define TKD_DSP_CONSTANTS 5                   /* words per channel */

typedef struct tkd_dsp_rows {
    const int32_t *constants; /* of the first channel */
    const uint32_t *at;       /* the first column of the first channel */
    int8_t *output;           /* the upper row of the first channel */
    int32_t lower;            /* bytes to the lower row; 0: there is none */
    int32_t channels;         /* bytes to the next output pixel */
    int32_t width;            /* output pixels */
    int32_t round;            /* 2 * output zero point + 1 */
    int32_t count;            /* channels, 1..4 */
} tkd_dsp_rows;

/* Stride 1; the upper row pair comes first in each pair of words, or second. */
void tkd_dsp_rows_upper_first(const tkd_dsp_rows *r);
void tkd_dsp_rows_lower_first(const tkd_dsp_rows *r);

/* The same where the output's zero point is -128: without the sign (tkd_dsp.h). */
void tkd_dsp_low_rows_upper_first(const tkd_dsp_rows *r);
void tkd_dsp_low_rows_lower_first(const tkd_dsp_rows *r);

#ifdef __cplusplus
}
#endif
#endif
