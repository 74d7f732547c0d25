/*
 * Copies eight channels into a padded plane in scratch, then slides over it: no bounds checks, and in place.
 * Per 8 MACs: 2 widening loads, 2 VMULL, 2 additions. Portable twin: tkd_depthwise_conv_2d_s8.
 */
#include "tkd_depthwise_mve_s8.h"

#include <string.h>

#include "tkd_mve.h"

enum { LANES = 8 };

static void fill_plane(int8_t *plane, const int8_t *input, mve_pred16_t lanes, const tkd_depthwise_mve_params *p) {
    const tkd_window *w = &p->window;
    memset(plane, p->input_zero_point, (size_t)p->plane_h * p->plane_w * LANES);
    for (uint32_t y = 0; y < w->in_h && y + w->pad_top < p->plane_h; y++) {
        int8_t *to = plane + ((y + w->pad_top) * p->plane_w + w->pad_left) * LANES;
        const int8_t *from = input + y * w->in_w * p->channels;
        for (uint32_t x = 0; x < w->in_w && x + w->pad_left < p->plane_w; x++, to += LANES, from += p->channels) {
            vstrbq_s16(to, vldrbq_z_s16(from, lanes));
        }
    }
}

/* Eight channels of one output pixel; `from` is the first tap in the plane. */
static int16x8_t pixel(const int8_t *from, const int8_t *weights, uint32_t channel, const tkd_depthwise_mve_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t across = (uint32_t)w->dilation_w * LANES;
    const uint32_t down = (uint32_t)w->dilation_h * p->plane_w * LANES;
    int32x4_t even = vdupq_n_s32(0), odd = vdupq_n_s32(0);
    for (uint32_t i = 0; i < w->kernel_h; i++, from += down) {
        const int8_t *tap = from;
        for (uint32_t k = 0; k < w->kernel_w; k++, tap += across, weights += LANES) {
            const int16x8_t a = vldrbq_s16(tap), b = vldrbq_s16(weights);
            even = vaddq_s32(even, vmullbq_int_s16(a, b));
            odd = vaddq_s32(odd, vmulltq_int_s16(a, b));
        }
    }
    even = tkd_mve_finish(even, p->bias, &p->out, channel);
    odd = tkd_mve_finish(odd, p->bias, &p->out, channel + 4);
    return vmovntq_s32(vmovnbq_s32(vdupq_n_s16(0), even), odd);
}

static void eight_channels(const int8_t *input, int8_t *output, uint32_t channel, const tkd_depthwise_mve_params *p,
                           int8_t *plane) {
    const tkd_window *w = &p->window;
    const mve_pred16_t lanes = vctp16q((uint32_t)p->channels - channel);
    const int8_t *weights = p->weights + channel * w->kernel_h * w->kernel_w;
    fill_plane(plane, input + channel, lanes, p);
    output += channel;
    for (uint32_t y = 0; y < w->out_h; y++) {
        const int8_t *from = plane + (size_t)y * w->stride_h * p->plane_w * LANES;
        for (uint32_t x = 0; x < w->out_w; x++, from += w->stride_w * LANES, output += p->channels) {
            vstrbq_p_s16(output, pixel(from, weights, channel, p), lanes);
        }
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
