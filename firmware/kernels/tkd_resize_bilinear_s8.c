/* RESIZE_BILINEAR, int8, weights of 10 bits. Equals ResizeBilinearInteger in reference/resize_bilinear.h. */
#include "tkd_resize_s8.h"

#define ONE 1024

/* The weights of the four corners add up to 2^20; the sum is at most 2^27 in magnitude. */
static int8_t blend(const int8_t *top_left, int32_t right, int32_t down, int32_t fx, int32_t fy)
{
    const int32_t top = top_left[0] * (ONE - fx) + top_left[right] * fx;
    const int32_t bottom = top_left[down] * (ONE - fx) + top_left[down + right] * fx;
    const int32_t sum = top * (ONE - fy) + bottom * fy;
    return (int8_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
}

void tkd_resize_bilinear_s8(const int8_t *x, int8_t *y, const tkd_resize_params *p)
{
    const int32_t line = p->width * p->depth;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t row = 0; row < p->y_height; row++) {
            const int16_t *v = p->row_taps + row * TKD_RESIZE_TAP;
            for (int32_t column = 0; column < p->y_width; column++) {
                const int16_t *h = p->column_taps + column * TKD_RESIZE_TAP;
                const int8_t *corner = x + v[0] * line + h[0] * p->depth;
                const int32_t right = (h[1] - h[0]) * p->depth, down = (v[1] - v[0]) * line;
                for (int32_t c = 0; c < p->depth; c++) {
                    *y++ = blend(corner + c, right, down, h[2], v[2]);
                }
            }
        }
        x += p->height * line;
    }
}
