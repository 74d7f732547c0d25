/*
 * RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR, int8, Format: [N, H, W, C].
 *
 * Where each output row and column comes from is a table, made on the host: the float arithmetic that decides it in
 * TFLM never runs on the board.
 */
#ifndef TKD_RESIZE_S8_H
#define TKD_RESIZE_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A tap is three numbers: low, high, fraction. Bilinear blends low and high with fraction / 1024 of high; nearest takes
 * low. The fraction may leave [0, 1024) at the border, where low == high.
 */
#define TKD_RESIZE_TAP 3

typedef struct tkd_resize_params {
    int32_t batch, height, width, depth; /* of the input; depth in bytes for nearest */
    int32_t y_height, y_width;
    const int16_t *row_taps;    /* [y_height][3] */
    const int16_t *column_taps; /* [y_width][3] */
} tkd_resize_params;

/*
 * [in]  x  [batch][height][width][depth] bytes of any type; of the bilinear twin Range: [-128, 127]
 * [out] y  [batch][y_height][y_width][depth], likewise
 * [in]  p  constants
 */
void tkd_resize_nearest(const void *x, void *y, const tkd_resize_params *p);
void tkd_resize_bilinear_s8(const int8_t *x, int8_t *y, const tkd_resize_params *p);

#ifdef __cplusplus
}
#endif
#endif
