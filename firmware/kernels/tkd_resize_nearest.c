/* RESIZE_NEAREST_NEIGHBOR of elements of any size. Equals reference/resize_nearest_neighbor.h. */
#include <stddef.h>
#include <string.h>

#include "tkd_flash.h"
#include "tkd_resize_s8.h"

void tkd_resize_nearest(const void *x, void *y, const tkd_resize_params *p) {
    const uint8_t *image = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)y;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t row = 0; row < p->y_height; row++) {
            const uint8_t *line = image + TKD_LOAD_S16(p->row_taps + row * TKD_RESIZE_TAP) * p->width * p->depth;
            for (int32_t column = 0; column < p->y_width; column++) {
                memcpy(to, line + TKD_LOAD_S16(p->column_taps + column * TKD_RESIZE_TAP) * p->depth, (size_t)p->depth);
                to += p->depth;
            }
        }
        image += p->height * p->width * p->depth;
    }
}
