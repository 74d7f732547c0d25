/* AVERAGE_POOL_2D and MAX_POOL_2D of int16; taps outside of the image do not count. */
#ifndef TKD_POOL_S16_H
#define TKD_POOL_S16_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_pool_s16_params {
    tkd_window window; /* dilation is 1 */
    uint16_t channels;
    int16_t min, max;
} tkd_pool_s16_params;

/* The part of a window that lies inside of the image. */
typedef struct tkd_pool_area_s16 {
    const int16_t *first; /* channel 0 of its first pixel */
    uint32_t height, width;
} tkd_pool_area_s16;

static inline tkd_pool_area_s16 tkd_pool_at_s16(const int16_t *input, uint32_t y, uint32_t x,
                                                const tkd_pool_s16_params *p) {
    const tkd_window *w = &p->window;
    const int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top, x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    const int32_t y1 = y0 + w->kernel_h < w->in_h ? y0 + w->kernel_h : w->in_h;
    const int32_t x1 = x0 + w->kernel_w < w->in_w ? x0 + w->kernel_w : w->in_w;
    const int32_t top = y0 > 0 ? y0 : 0, left = x0 > 0 ? x0 : 0;
    tkd_pool_area_s16 area;
    area.first = input + ((uint32_t)top * w->in_w + (uint32_t)left) * p->channels;
    area.height = (uint32_t)(y1 - top);
    area.width = (uint32_t)(x1 - left);
    return area;
}

/*
 * [in]  input   [N][in_h][in_w][channels], Range: [-32768, 32767]; aligned to 2
 * [out] output  [N][out_h][out_w][channels], Range: [-32768, 32767]; aligned to 2
 * [in]  p       constants
 */
void tkd_average_pool_2d_s16(const int16_t *input, int16_t *output, const tkd_pool_s16_params *p);
void tkd_max_pool_2d_s16(const int16_t *input, int16_t *output, const tkd_pool_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
