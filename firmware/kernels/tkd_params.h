/* Constants that several kernels share: requantization, windows, the residual ADD; and how they are applied. */
#ifndef TKD_PARAMS_H
#define TKD_PARAMS_H

#include <stdint.h>

#include "tkd_flash.h"
#include "tkd_math.h"

#ifdef __cplusplus
extern "C" {
#endif

/* int32 accumulator to int8: entry channel * step of the tables, + zero_point, clamped to [min, max]. */
typedef struct tkd_requant {
    const int32_t *multiplier; /* flash, [channels] or [1] */
    const int8_t *shift;       /* flash, as many */
    uint8_t step;              /* 1: per channel, 0: one for all */
    int8_t zero_point;
    int8_t min, max;
} tkd_requant;

/* A sliding window over [N, H, W, C]; padding is what lies above and to the left of the image. */
typedef struct tkd_window {
    uint16_t batches, in_h, in_w, out_h, out_w;
    uint16_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
} tkd_window;

/* TFLM's ADD of two int8 values; shifts are <= 0. */
typedef struct tkd_add_scale {
    int32_t a_zero_point, a_multiplier, a_shift;
    int32_t b_zero_point, b_multiplier, b_shift;
    int32_t out_zero_point, out_multiplier, out_shift;
    int8_t min, max;
} tkd_add_scale;

static inline int8_t tkd_requantize_channel(int32_t acc, const tkd_requant *r, uint32_t channel) {
    const uint32_t at = channel * r->step;
    const int32_t scaled = tkd_requantize(acc, TKD_LOAD_S32(r->multiplier + at), TKD_LOAD_S8(r->shift + at));
    return (int8_t)tkd_clamp(scaled + r->zero_point, r->min, r->max);
}

static inline int8_t tkd_add(int8_t a, int8_t b, const tkd_add_scale *p) {
    const int32_t left = (int32_t)((uint32_t)(a - p->a_zero_point) << 20);
    const int32_t right = (int32_t)((uint32_t)(b - p->b_zero_point) << 20);
    const int32_t sum = tkd_rounding_divide_by_pot(tkd_high_mul(left, p->a_multiplier), -p->a_shift) +
                        tkd_rounding_divide_by_pot(tkd_high_mul(right, p->b_multiplier), -p->b_shift);
    const int32_t scaled = tkd_rounding_divide_by_pot(tkd_high_mul(sum, p->out_multiplier), -p->out_shift);
    return (int8_t)tkd_clamp(scaled + p->out_zero_point, p->min, p->max);
}

#ifdef __cplusplus
}
#endif
#endif
