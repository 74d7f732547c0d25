/* RESIZE_BILINEAR, int8, weights of 10 bits. Equals ResizeBilinearInteger in reference/resize_bilinear.h. */
#include "tkd_resize_s8.h"

#include "tkd_flash.h"

#define ONE 1024
#define HALF ((int32_t)1 << 19)

/* The weights of the four corners add up to 2^20; the sum is at most 2^27 in magnitude. */
static int8_t blend(const int8_t *top_left, int32_t right, int32_t down, int32_t fx, int32_t fy) {
    const int32_t top = top_left[0] * (ONE - fx) + top_left[right] * fx;
    const int32_t bottom = top_left[down] * (ONE - fx) + top_left[down + right] * fx;
    const int32_t sum = top * (ONE - fy) + bottom * fy;
    return (int8_t)((sum + (sum > 0 ? HALF : -HALF)) / (2 * HALF));
}

typedef struct tap {
    int32_t low, span, fraction; /* span: from low to high */
} tap;

static tap load_tap(const int16_t *taps, int32_t i) {
    const int16_t *at = taps + i * TKD_RESIZE_TAP;
    const int32_t low = TKD_LOAD_S16(at);
    const tap found = {low, TKD_LOAD_S16(at + 1) - low, TKD_LOAD_S16(at + 2)};
    return found;
}

void tkd_resize_bilinear_s8(const int8_t *x, int8_t *y, const tkd_resize_params *p) {
    const int32_t line = p->width * p->depth;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t row = 0; row < p->y_height; row++) {
            const tap v = load_tap(p->row_taps, row);
            for (int32_t column = 0; column < p->y_width; column++) {
                const tap h = load_tap(p->column_taps, column);
                const int8_t *corner = x + v.low * line + h.low * p->depth;
                for (int32_t c = 0; c < p->depth; c++) {
                    *y++ = blend(corner + c, h.span * p->depth, v.span * line, h.fraction, v.fraction);
                }
            }
        }
        x += p->height * line;
    }
}
