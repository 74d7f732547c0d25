/*
 * Copies eight channels into a padded plane in scratch, then slides over it: no bounds checks, and in place.
 * Per 8 MACs: 2 widening loads, 2 VMULL, 2 additions. Portable twin: tkd_depthwise_conv_2d_s8.
 */
#include "tkd_depthwise_mve_s8.h"

#include "tkd_mve.h"

enum { LANES = 8 };

/* The accumulators of eight channels, even and odd. */
typedef struct sums {
    int32x4_t even, odd;
} sums;

static inline sums tap(sums acc, const int8_t *x, const int8_t *weights) {
    const int16x8_t a = vldrbq_s16(x), b = vldrbq_s16(weights);
    acc.even = vaddq_s32(acc.even, vmullbq_int_s16(a, b));
    acc.odd = vaddq_s32(acc.odd, vmulltq_int_s16(a, b));
    return acc;
}

/* One tap as assembly, in order: GCC 12 sums all the products of a window last, and spills them until then. */
#define TKD_TAP(offset)                                                                                                \
    "vldrb.s16 %q[a], [%[x], #" offset "]\n\t"                                                                         \
    "vldrb.s16 %q[b], [%[weights]], #8\n\t"                                                                            \
    "vmullb.s16 %q[product], %q[a], %q[b]\n\t"                                                                         \
    "vadd.i32 %q[even], %q[even], %q[product]\n\t"                                                                     \
    "vmullt.s16 %q[product], %q[a], %q[b]\n\t"                                                                         \
    "vadd.i32 %q[odd], %q[odd], %q[product]\n\t"

static inline sums three_taps(sums acc, const int8_t *x, const int8_t *weights) {
    int32x4_t a, b, product;
    __asm__(TKD_TAP("0") TKD_TAP("8") TKD_TAP("16")
            : [even] "+w"(acc.even), [odd] "+w"(acc.odd), [weights] "+r"(weights), [a] "=&w"(a), [b] "=&w"(b),
              [product] "=&w"(product)
            : [x] "r"(x)
            : "memory");
    return acc;
}

static inline sums taps_3x3(sums acc, const int8_t *x, const int8_t *weights, uint32_t down) {
    acc = three_taps(acc, x, weights);
    acc = three_taps(acc, x + down, weights + 3 * LANES);
    return three_taps(acc, x + 2 * down, weights + 6 * LANES);
}

static inline sums taps_of(sums acc, const int8_t *x, const int8_t *weights, uint32_t down, const tkd_window *w) {
    const uint32_t across = (uint32_t)w->dilation_w * LANES;
    for (uint32_t i = 0; i < w->kernel_h; i++, x += down * w->dilation_h) {
        const int8_t *at = x;
        for (uint32_t k = 0; k < w->kernel_w; k++, at += across, weights += LANES) {
            acc = tap(acc, at, weights);
        }
    }
    return acc;
}

/* Eight channels of the image into the middle of the plane; what the window does not reach is left out. */
static void fill_plane(int8_t *plane, const int8_t *input, mve_pred16_t lanes, const tkd_depthwise_mve_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t plane_h = p->plane_h, plane_w = p->plane_w, channels = p->channels;
    const uint32_t top = w->pad_top, left = w->pad_left;
    const uint32_t rows = w->in_h + top < plane_h ? w->in_h : plane_h - top;
    const uint32_t columns = w->in_w + left < plane_w ? w->in_w : plane_w - left;
    const uint32_t skip = (w->in_w - columns) * channels;
    int8_t *to = plane + (top * plane_w + left) * LANES;
    tkd_mve_fill(plane, p->input_zero_point, plane_h * plane_w * LANES);
    for (uint32_t y = rows; y > 0; y--, to += (plane_w - columns) * LANES, input += skip) {
        for (uint32_t x = columns; x > 0; x--, to += LANES, input += channels) {
            vstrbq_s16(to, vldrbq_z_s16(input, lanes));
        }
    }
}

/* Eight channels of one row of outputs; `x` is the first tap of its first pixel in the plane. */
static inline __attribute__((always_inline)) void output_row(const int8_t *x, int8_t *output, uint32_t channel,
                                                             const tkd_depthwise_mve_params *p, int is_3x3) {
    const tkd_window *w = &p->window;
    const int8_t *weights = p->weights + channel * w->kernel_h * w->kernel_w;
    const int8_t *shift = p->out.shift + channel;
    const int32_t *bias = p->bias + channel, *multiplier = p->out.multiplier + channel;
    const uint32_t down = (uint32_t)p->plane_w * LANES, along = (uint32_t)w->stride_w * LANES;
    const uint32_t channels = p->channels, left = channels - channel;
    const int32_t zero_point = p->out.zero_point;
    const int32x4_t low = vdupq_n_s32(p->out.min), high = vdupq_n_s32(p->out.max);
    for (uint32_t n = w->out_w; n > 0; n--, x += along, output += channels) {
        const sums start = {vldrwq_s32(bias), vldrwq_s32(bias + 4)};
        const sums acc = is_3x3 ? taps_3x3(start, x, weights, down) : taps_of(start, x, weights, down, w);
        int32x4_t even = tkd_mve_requantize(acc.even, vldrwq_s32(multiplier), vldrbq_s32(shift));
        int32x4_t odd = tkd_mve_requantize(acc.odd, vldrwq_s32(multiplier + 4), vldrbq_s32(shift + 4));
        even = tkd_mve_clamp(even, zero_point, low, high);
        odd = tkd_mve_clamp(odd, zero_point, low, high);
        vstrbq_p_s16(output, vmovntq_s32(vreinterpretq_s16_s32(even), odd), vctp16q(left));
    }
}

static void eight_channels(const int8_t *input, int8_t *output, uint32_t channel, const tkd_depthwise_mve_params *p,
                           int8_t *plane) {
    const tkd_window *w = &p->window;
    const int is_3x3 = w->kernel_h == 3 && w->kernel_w == 3 && w->dilation_h == 1 && w->dilation_w == 1;
    const int8_t *x = plane;
    fill_plane(plane, input + channel, vctp16q((uint32_t)p->channels - channel), p);
    output += channel;
    for (uint32_t y = 0; y < w->out_h; y++) {
        if (is_3x3) {
            output_row(x, output, channel, p, 1);
        } else {
            output_row(x, output, channel, p, 0);
        }
        x += (uint32_t)w->stride_h * p->plane_w * LANES;
        output += (uint32_t)w->out_w * p->channels;
    }
}

void tkd_depthwise_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_mve_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++) {
        for (uint32_t channel = 0; channel < p->channels; channel += LANES) {
            eight_channels(input, output, channel, p, (int8_t *)scratch);
        }
        input += (uint32_t)w->in_h * w->in_w * p->channels;
        output += (uint32_t)w->out_h * w->out_w * p->channels;
    }
}
