#include "tkd_depthwise_3x3_xtensa_s8.h"

#include <string.h>

#include "tkd_xtensa.h"

#define CONSTANTS 5 /* words per channel */

typedef tkd_depthwise_3x3_xtensa_params params;

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* One channel of the image into the plane; what lies around it is left as it is. */
static void load_plane(uint8_t *plane, const int8_t *input, const params *p) {
    const uint32_t height = smaller(p->lines.in, (uint32_t)p->lines.plane - p->lines.pad);
    const uint32_t width = smaller(p->along.in, (uint32_t)p->along.plane - p->along.pad);
    const uint32_t step = p->along.in_step, down = p->lines.in_step;
    uint32_t line = 0, first = (uint32_t)p->lines.pad * p->along.plane + p->along.pad;
    for (uint32_t y = height; y > 0; y--, line += down, first += p->along.plane) {
        for (uint32_t to = first, end = first + width, from = line; to != end; to++, from += step) {
            plane[to] = (uint8_t)((uint8_t)input[from] ^ 0x80u);
        }
    }
}

/* Sums of a line with stride 1: each column of three values belongs to three windows. */
static void slide(const uint8_t *a, uint32_t down, const int8_t *w, int32_t bias, int32_t *sums, uint32_t count) {
    const int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const uint8_t *b = a + down, *c = b + down, *const end = a + count + 2;
    int32_t first = bias + a[1] * w0 + b[1] * w3 + c[1] * w6; /* the window that began one column before */
    int32_t second = bias + a[0] * w0 + b[0] * w3 + c[0] * w6 + a[1] * w1 + b[1] * w4 + c[1] * w7;
    for (a += 2, b += 2, c += 2; a != end; a++, b++, c++) {
        const int32_t x = *a, y = *b, z = *c;
        *sums++ = second + x * w2 + y * w5 + z * w8;
        second = first + x * w1 + y * w4 + z * w7;
        first = bias + x * w0 + y * w3 + z * w6;
    }
}

/* Sums of a line with any stride. */
static void stride(const uint8_t *a, uint32_t down, const int8_t *w, int32_t bias, int32_t *sums,
                   const tkd_xtensa_axis *along) {
    const int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const uint8_t *b = a + down, *c = b + down;
    const uint32_t step = along->stride;
    for (const int32_t *const end = sums + along->out; sums != end; a += step, b += step, c += step) {
        int32_t acc = bias + a[0] * w0 + a[1] * w1 + a[2] * w2;
        acc += b[0] * w3 + b[1] * w4 + b[2] * w5;
        acc += c[0] * w6 + c[1] * w7 + c[2] * w8;
        *sums++ = acc;
    }
}

/* All outputs of one channel; sums holds those of a line. */
static void outputs(const uint8_t *plane, int32_t *sums, int8_t *output, const int32_t *constants, const params *p) {
    int8_t weights[4 * (CONSTANTS - 2)];
    (void)TKD_COPY_FROM_FLASH(weights, constants + 2, sizeof weights);
    const int32_t bias = TKD_LOAD_S32(constants);
    const tkd_xtensa_scale scale = {TKD_LOAD_S32(constants + 1), p->round, p->min, p->max, (uint8_t)weights[9]};
    const tkd_xtensa_places at = {p->along.out, 1, p->along.out_step};
    const uint32_t width = p->along.plane, down = p->lines.stride * width;
    uint32_t line = 0, to = 0;
    for (uint32_t y = p->lines.out; y > 0; y--, line += down, to += p->lines.out_step) {
        if (p->along.stride == 1) {
            slide(plane + line, width, weights, bias, sums, at.count);
        } else {
            stride(plane + line, width, weights, bias, sums, &p->along);
        }
        tkd_xtensa_store(sums, output + to, at, &scale);
    }
}

void tkd_depthwise_3x3_xtensa_s8(const int8_t *input, int8_t *output, const params *p, void *scratch) {
    int32_t *const sums = (int32_t *)scratch;
    uint8_t *const plane = (uint8_t *)(sums + p->along.out);
    memset(plane, (uint8_t)p->input_zero_point ^ 0x80u, (size_t)((uint32_t)p->lines.plane * p->along.plane));
    for (uint32_t n = 0; n < p->batches; n++) {
        for (uint32_t c = 0; c < p->channels; c++) {
            load_plane(plane, input + c, p);
            outputs(plane, sums, output + c, p->constants + CONSTANTS * c, p);
        }
        input += smaller(p->lines.in_step, p->along.in_step) * p->lines.in * p->along.in;
        output += smaller(p->lines.out_step, p->along.out_step) * p->lines.out * p->along.out;
    }
}
