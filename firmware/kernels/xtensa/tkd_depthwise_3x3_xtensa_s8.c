#include "tkd_depthwise_3x3_xtensa_s8.h"

#include <string.h>

#include "tkd_xtensa_low.h"

#define CONSTANTS 5 /* words per channel */

typedef tkd_depthwise_3x3_xtensa_params params;

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* One channel of the image into the plane, line beside line; what lies around it is left as it is. */
static void load_plane(uint8_t *plane, const int8_t *input, const params *p) {
    const uint32_t height = smaller(p->lines.in, (uint32_t)p->lines.plane - p->lines.pad);
    const uint32_t width = smaller(p->along.in, (uint32_t)p->along.plane - p->along.pad);
    const uint32_t next = p->lines.plane, step = p->along.in_step, down = p->lines.in_step;
    uint32_t line = 0, first = (uint32_t)p->along.pad * next + p->lines.pad;
    for (const uint32_t last = first + height; first != last; line += down, first++) {
        for (uint32_t to = first, end = first + width * next, from = line; to != end; to += next, from += step) {
            plane[to] = (uint8_t)((uint8_t)input[from] ^ 0x80u);
        }
    }
}

/* The columns of a line of windows: what the next two windows have of those that were. */
typedef struct slide_state {
    const uint8_t *at; /* the next column */
    uint32_t next;
    int32_t bias, first, second;
} slide_state;

/* count sums, each of the column that completes it. */
#if defined(__XTENSA__) && defined(__GNUC__) && defined(__OPTIMIZE__)

/* It takes all registers but two; what finds none is read from memory each time. */
static void slide_on(slide_state s, const int32_t *w, int32_t *sums, uint32_t count) {
    const int32_t *const end = sums + count;
    const int32_t w7 = w[7], w8 = w[8], bias = s.bias; /* on the stack, which no register is taken for */
    const uint32_t next = s.next;
    uint32_t x, t, sum;
    /* clang-format off */
    __asm__ volatile("1:\n"
                     "l8ui %[x], %[at], 0\n"
                     "mull %[t], %[x], %[w2]\n"
                     "add  %[sum], %[second], %[t]\n"
                     "mull %[t], %[x], %[w1]\n"
                     "add  %[second], %[first], %[t]\n"
                     "mull %[first], %[x], %[w0]\n"
                     "l8ui %[x], %[at], 1\n"
                     "mull %[t], %[x], %[w5]\n"
                     "add  %[sum], %[sum], %[t]\n"
                     "mull %[t], %[x], %[w4]\n"
                     "add  %[second], %[second], %[t]\n"
                     "mull %[x], %[x], %[w3]\n"
                     "add  %[first], %[first], %[x]\n"
                     "l8ui %[x], %[at], 2\n"
                     "l32i %[t], %[w8]\n"
                     "mull %[t], %[x], %[t]\n"
                     "add  %[sum], %[sum], %[t]\n"
                     "l32i %[t], %[w7]\n"
                     "mull %[t], %[x], %[t]\n"
                     "add  %[second], %[second], %[t]\n"
                     "mull %[x], %[x], %[w6]\n"
                     "add  %[first], %[first], %[x]\n"
                     "l32i %[t], %[bias]\n"
                     "l32i %[x], %[next]\n"
                     "add  %[first], %[first], %[t]\n"
                     "s32i %[sum], %[sums], 0\n"
                     "l32i %[t], %[end]\n"
                     "addi %[sums], %[sums], 4\n"
                     "add  %[at], %[at], %[x]\n"
                     "bne  %[sums], %[t], 1b\n"
                     : [x] "=&r"(x), [t] "=&r"(t), [sum] "=&r"(sum), [at] "+r"(s.at), [sums] "+r"(sums),
                       [first] "+r"(s.first), [second] "+r"(s.second)
                     : [w0] "r"(w[0]), [w1] "r"(w[1]), [w2] "r"(w[2]), [w3] "r"(w[3]), [w4] "r"(w[4]), [w5] "r"(w[5]),
                       [w6] "r"(w[6]), [w7] "m"(w7), [w8] "m"(w8), [bias] "m"(bias), [next] "m"(next),
                       [end] "m"(end)
                     : "memory");
    /* clang-format on */
}

#else

static void slide_on(slide_state s, const int32_t *w, int32_t *sums, uint32_t count) {
    for (uint32_t i = 0, from = 0; i != count; i++, from += s.next) {
        const int32_t x = s.at[from], y = s.at[from + 1], z = s.at[from + 2];
        sums[i] = s.second + x * w[2] + y * w[5] + z * w[8];
        s.second = s.first + x * w[1] + y * w[4] + z * w[7];
        s.first = s.bias + x * w[0] + y * w[3] + z * w[6];
    }
}

#endif

/* Sums of a line with stride 1: each column of three values that lie side by side belongs to three windows. */
static void slide(const uint8_t *at, uint32_t next, const int8_t *weights, int32_t bias, int32_t *sums,
                  uint32_t count) {
    const uint8_t *const then = at + next;
    int32_t w[9];
    for (uint32_t i = 0; i < 9; i++) {
        w[i] = weights[i];
    }
    const int32_t first = bias + then[0] * w[0] + then[1] * w[3] + then[2] * w[6];
    const int32_t before = bias + at[0] * w[0] + at[1] * w[3] + at[2] * w[6];
    const int32_t second = before + then[0] * w[1] + then[1] * w[4] + then[2] * w[7];
    const slide_state state = {then + next, next, bias, first, second};
    slide_on(state, w, sums, count);
}

/* Sums of a line with any stride. */
static void stride(const uint8_t *at, uint32_t next, const int8_t *w, int32_t bias, int32_t *sums,
                   const tkd_xtensa_axis *along) {
    const int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const uint8_t *const second = at + next, *const third = second + next;
    const uint32_t step = along->stride * next;
    uint32_t from = 0;
    for (const int32_t *const end = sums + along->out; sums != end; from += step) {
        int32_t acc = bias + at[from] * w0 + at[from + 1] * w3 + at[from + 2] * w6;
        acc += second[from] * w1 + second[from + 1] * w4 + second[from + 2] * w7;
        acc += third[from] * w2 + third[from + 1] * w5 + third[from + 2] * w8;
        *sums++ = acc;
    }
}

/* A line of sums to outputs. */
static void store(const int32_t *sums, int8_t *output, tkd_xtensa_places at, const tkd_xtensa_scale *scale) {
    if (scale->code < TKD_XTENSA_LOW) {
        tkd_xtensa_store(sums, output, at, scale);
        return;
    }
    const tkd_xtensa_low s = tkd_xtensa_low_of(scale->multiplier, scale->code, scale->round, scale->low, scale->high);
    uint32_t from = 0, to = 0;
    for (; from + 4u <= at.count; from += 4, to += 4u * at.output_step) {
        tkd_xtensa_store_low_4(sums + from, output + to, at.output_step, &s);
    }
    for (; from != at.count; from++, to += at.output_step) {
        output[to] = tkd_xtensa_scaled_low(sums[from], &s);
    }
}

/* All outputs of one channel; sums holds those of a line. */
static void outputs(const uint8_t *plane, int32_t *sums, int8_t *output, const int32_t *constants, const params *p) {
    int8_t weights[4 * (CONSTANTS - 2)];
    (void)TKD_COPY_FROM_FLASH(weights, constants + 2, sizeof weights);
    const int32_t bias = TKD_LOAD_S32(constants);
    const tkd_xtensa_scale scale = {TKD_LOAD_S32(constants + 1), p->round, p->min, p->max, (uint8_t)weights[9]};
    const tkd_xtensa_places at = {p->along.out, 1, p->along.out_step};
    const uint32_t next = p->lines.plane;
    uint32_t line = 0, to = 0;
    for (uint32_t y = p->lines.out; y > 0; y--, line += p->lines.stride, to += p->lines.out_step) {
        if (p->along.stride == 1) {
            slide(plane + line, next, weights, bias, sums, at.count);
        } else {
            stride(plane + line, next, weights, bias, sums, &p->along);
        }
        store(sums, output + to, at, &scale);
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
