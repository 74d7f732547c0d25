#include "tkd_depthwise_3x3_v6m_s8.h"

#include <string.h>

#include "tkd_v6m_slide.h"

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

/* Nine weights and e, bytes of three words. */
static void unpack(const int32_t *from, tkd_v6m_channel *c) {
    for (int32_t i = 0; i < 9; i++) {
        c->weights[i] = (int8_t)((uint32_t)from[i / 4] >> (8 * (i % 4)));
    }
    c->e = (int32_t)(((uint32_t)from[2] >> 8) & 0xffu);
}

/* What is the same for all channels. */
static tkd_v6m_channel any_channel(const params *p) {
    const tkd_window *w = &p->window;
    tkd_v6m_channel c = {{0}, 0, 0, 0, 0, p->min, p->max, p->plane_w, w->stride_w, 0, 0, p->channels, w->out_h};
    c.width = (uint32_t)w->out_w * w->stride_w;
    c.next = (uint32_t)w->stride_h * p->plane_w - c.width;
    return c;
}

void tkd_depthwise_3x3_v6m_s8(const int8_t *input, int8_t *output, const params *p, void *scratch) {
    const tkd_window *w = &p->window;
    uint8_t *const plane = (uint8_t *)scratch;
    tkd_v6m_channel channel = any_channel(p);
    for (uint32_t n = 0; n < w->batches; n++) {
        for (uint32_t c = 0; c < p->channels; c++) {
            load_plane(plane, input + c, p);
            const int32_t *const constants = p->constants + CONSTANTS * c;
            channel.bias = constants[0];
            channel.multiplier = constants[1];
            unpack(constants + 2, &channel);
            channel.rounded = (int32_t)((uint32_t)p->round << channel.e);
            tkd_v6m_slide(plane, output + c, &channel);
        }
        input += (uint32_t)w->in_h * w->in_w * p->channels;
        output += (uint32_t)w->out_h * w->out_w * p->channels;
    }
}
