/* All outputs of one channel of a 3x3 depthwise convolution; tkd_depthwise_3x3_v6m_s8.h has the layout. */
#ifndef TKD_V6M_SLIDE_H
#define TKD_V6M_SLIDE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_v6m_channel {
    int32_t weights[9], bias, multiplier;
    int32_t rounded, e; /* (2 * output zero point + 1) << e, e = shift - 1 */
    int32_t min, max;
    uint32_t plane_w;  /* bytes from row to row of the plane */
    uint32_t right;    /* from window to window */
    uint32_t width;    /* of all windows of a row: outputs * right */
    uint32_t next;     /* from the last window of a row, one to the right, to the first one of the next row */
    uint32_t channels; /* from output to output */
    uint32_t rows;     /* of outputs */
} tkd_v6m_channel;

/*
 * Per output: 9 taps of 4 instructions, 45 more.
 *
 * [in]  plane   x' of one channel with its padding, Range: [0, 255]
 * [out] output  the channel's first output, Range: [-128, 127]
 * [in]  c       constants
 */
void tkd_v6m_slide(const uint8_t *plane, int8_t *output, const tkd_v6m_channel *c);

#ifdef __cplusplus
}
#endif
#endif
