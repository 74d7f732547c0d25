#include "tkd_depthwise_3x3_v6m_s8.h"

#include <string.h>

#include "tkd_v6m.h"

#define CONSTANTS 5 /* words per channel */

typedef tkd_depthwise_3x3_v6m_params params;

/* One channel of the image into the plane; pixels outside of the image are the zero point. */
static void load_plane(uint8_t *plane, const int8_t *input, const params *p) {
    const tkd_window *w = &p->window;
    const uint32_t height = w->in_h < p->plane_h - w->pad_top ? w->in_h : (uint32_t)p->plane_h - w->pad_top;
    const uint32_t width = w->in_w < p->plane_w - w->pad_left ? w->in_w : (uint32_t)p->plane_w - w->pad_left;
    const uint32_t channels = p->channels, skipped = (uint32_t)w->in_w - width, gap = p->plane_w - width;
    memset(plane, p->input_zero_point + 128, (size_t)p->plane_h * p->plane_w);
    const uint8_t *const bytes = (const uint8_t *)input;
    uint32_t from = 0, to = (uint32_t)w->pad_top * p->plane_w + w->pad_left;
    for (uint32_t y = height; y > 0; y--) {
        for (uint32_t x = width; x > 0; x--) {
            plane[to++] = (uint8_t)(bytes[from] ^ 0x80u);
            from += channels;
        }
        from += skipped * channels;
        to += gap;
    }
}

/* Twelve bytes as words: w0 to w8, e, nothing. */
static void unpack(const int32_t *from, int32_t to[12]) {
    for (int32_t i = 0; i < 12; i += 4) {
        const uint32_t word = (uint32_t)*from++;
        for (int32_t k = 0; k < 4; k++) {
            to[i + k] = (int8_t)(word >> (8 * k));
        }
    }
}

static inline int32_t window_at(const uint8_t *a, const uint8_t *b, const uint8_t *c, const int32_t *w, int32_t acc) {
    acc += a[0] * w[0];
    acc += a[1] * w[1];
    acc += a[2] * w[2];
    acc += b[0] * w[3];
    acc += b[1] * w[4];
    acc += b[2] * w[5];
    acc += c[0] * w[6];
    acc += c[1] * w[7];
    acc += c[2] * w[8];
    return acc;
}

/* All outputs of one channel. */
static void slide(const uint8_t *plane, int8_t *output, const int32_t *constants, const params *p) {
    const tkd_window *w = &p->window;
    const uint32_t down = (uint32_t)w->stride_h * p->plane_w;
    const int32_t bias = constants[0], multiplier = constants[1], low = p->min, high = p->max, zero = p->round;
    int32_t weights[12];
    unpack(constants + 2, weights);
    uint32_t line = 0, to = 0;
    for (uint32_t y = w->out_h; y > 0; y--, line += down) {
        uint32_t x0 = line;
        for (uint32_t x = w->out_w; x > 0; x--, x0 += w->stride_w, to += p->channels) {
            const uint8_t *const at = plane + x0;
            const int32_t acc = window_at(at, at + p->plane_w, at + 2u * p->plane_w, weights, bias);
            const int32_t v = tkd_v6m_requantize(acc, multiplier, zero, (uint32_t)weights[9]);
            output[to] = (int8_t)(v < low ? low : v > high ? high : v);
        }
    }
}

void tkd_depthwise_3x3_v6m_s8(const int8_t *input, int8_t *output, const params *p, void *scratch) {
    const tkd_window *w = &p->window;
    uint8_t *const plane = (uint8_t *)scratch;
    for (uint32_t n = 0; n < w->batches; n++) {
        for (uint32_t c = 0; c < p->channels; c++) {
            load_plane(plane, input + c, p);
            slide(plane, output + c, p->constants + CONSTANTS * c, p);
        }
        input += (uint32_t)w->in_h * w->in_w * p->channels;
        output += (uint32_t)w->out_h * w->out_w * p->channels;
    }
}
