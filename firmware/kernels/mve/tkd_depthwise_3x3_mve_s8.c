/*
 * Sixteen channels of four rows are turned by VST4, so that a word holds one channel of a column; a vector of four such
 * columns times the filter, whose fourth column and row are 0, is one output, times the filter a row lower the output
 * below it. So each 18 MACs of two outputs take one load and two VMLADAV. Four rows of outputs are made at a time; the
 * two input rows that the next ones need again are kept aside, so the output may lie on the input.
 *
 * Portable twin: tkd_depthwise_conv_2d_s8.
 */
#include "tkd_depthwise_3x3_mve_s8.h"

#include "tkd_mve_lanes.h"

enum { LANES = 16, COLUMN = 64, FILTER = 5 };

/* The scratch memory of sixteen channels. */
typedef struct buffers {
    int8_t *padding; /* [16], the input's zero point */
    int8_t *kept;    /* [in_w][2 rows][16] */
    int8_t *columns; /* [2][out_w + 2][16][4 rows], the second ones two rows lower */
} buffers;

static buffers buffers_of(int8_t *scratch, const tkd_depthwise_3x3_mve_params *p) {
    const buffers b = {scratch, scratch + LANES, scratch + LANES + 2 * LANES * p->in_w};
    tkd_mve_fill(b.padding, p->input_zero_point, LANES);
    return b;
}

/* Where a row of the image begins and how far its pixels are apart: outside of the image it is the padding. */
typedef struct line {
    const int8_t *at;
    uint32_t step;
} line;

static line line_of(const int8_t *image, int32_t y, const buffers *b, const tkd_depthwise_3x3_mve_params *p) {
    const int inside = y >= 0 && y < p->in_h;
    const line l = {inside ? image + (uint32_t)y * p->in_w * p->channels : b->padding, inside ? p->channels : 0u};
    return l;
}

/* Rows y and y + 1 of sixteen channels are what the first outputs have above them. */
static void keep(const int8_t *image, int32_t y, int32_t left, const buffers *b,
                 const tkd_depthwise_3x3_mve_params *p) {
    line upper = line_of(image, y, b, p), lower = line_of(image, y + 1, b, p);
    int8_t *kept = b->kept;
    for (uint32_t x = p->in_w; x > 0; x--, kept += 2 * LANES) {
        vst1q_s8(kept, tkd_mve_load16(upper.at, left));
        vst1q_s8(kept + LANES, tkd_mve_load16(lower.at, left));
        upper.at += upper.step;
        lower.at += lower.step;
    }
}

/* VST4 wants four registers in a row; of a structure of four vectors GCC 12 makes copies on the stack. */
#define TKD_TURN                                                                                                       \
    "vst40.8 {q0, q1, q2, q3}, [%[to]]\n\t"                                                                            \
    "vst41.8 {q0, q1, q2, q3}, [%[to]]\n\t"                                                                            \
    "vst42.8 {q0, q1, q2, q3}, [%[to]]\n\t"                                                                            \
    "vst43.8 {q0, q1, q2, q3}, [%[to]]\n\t"

static int8_t *pad(int8_t *to, uint32_t columns, const buffers *b) {
    for (; columns > 0; columns--, to += COLUMN) {
        __asm__ volatile("vldrb.8 q0, [%[from]]\n\t"
                         "vldrb.8 q1, [%[from]]\n\t"
                         "vldrb.8 q2, [%[from]]\n\t"
                         "vldrb.8 q3, [%[from]]\n\t" TKD_TURN
                         :
                         : [from] "r"(b->padding), [to] "r"(to)
                         : "q0", "q1", "q2", "q3", "memory");
    }
    return to;
}

/* The kept rows and the two from row y on become columns; those two are kept then. Returns where the columns end. */
static int8_t *turn(int8_t *to, const int8_t *image, int32_t y, int32_t left, const buffers *b,
                    const tkd_depthwise_3x3_mve_params *p) {
    line third = line_of(image, y, b, p), fourth = line_of(image, y + 1, b, p);
    const uint32_t columns = p->out_w + 2u, first = p->pad_left;
    const uint32_t inside = columns - first < p->in_w ? columns - first : p->in_w;
    int8_t *kept = b->kept;
    to = pad(to, first, b);
    for (uint32_t x = inside; x > 0; x--, to += COLUMN, kept += 2 * LANES) {
        __asm__ volatile(
            "vctp.8 %[left]\n\t"
            "vpstt\n\t"
            "vldrbt.8 q2, [%[third]]\n\t"
            "vldrbt.8 q3, [%[fourth]]\n\t"
            "vldrb.8 q0, [%[kept]]\n\t"
            "vldrb.8 q1, [%[kept], #16]\n\t" TKD_TURN "vstrb.8 q2, [%[kept]]\n\t"
            "vstrb.8 q3, [%[kept], #16]"
            :
            : [left] "r"(left), [third] "r"(third.at), [fourth] "r"(fourth.at), [kept] "r"(kept), [to] "r"(to)
            : "q0", "q1", "q2", "q3", "memory");
        third.at += third.step;
        fourth.at += fourth.step;
    }
    return pad(to, columns - first - inside, b);
}

/* The filter for the upper and for the lower of two outputs. */
typedef struct taps {
    int8x16_t upper, lower;
} taps;

static inline __attribute__((always_inline)) taps taps_of(const int32_t *filter) {
    const int32x4_t below = vshlq_n_s32(vsetq_lane_s32(0, vldrwq_s32(filter + 1), 3), 8);
    const taps t = {vreinterpretq_s8_u32(vshrq_n_u32(vreinterpretq_u32_s32(below), 8)), vreinterpretq_s8_s32(below)};
    return t;
}

/* The scalars of four rows of outputs, in the order in which LDM takes them. */
typedef struct steps {
    int32_t zero_point;
    uint32_t next;  /* from an output to the one beside it */
    uint32_t which; /* p0: the lanes whose rows there are */
    uint32_t count; /* of outputs in a row */
} steps;

/* What four rows of outputs have in common. */
typedef struct rows {
    uint32x4_t window, below; /* from a column to the next three, of the first and the second four rows */
    uint32x4_t places;        /* from an output to those below it, in the order of the lanes */
    int32x4_t min, max;
    steps steps;
} rows;

/* clang-format off: a line for each instruction */
/* Lanes 0 and 1 of v: two rows of outputs; 2 and 3: the two below them. `at` moves on by a column. */
#define TKD_FOUR_OUTPUTS                                                                                               \
    "vldrw.u32 %q[v], [%[at], %q[window]]\n\t"                                                                         \
    "vmladav.s8 r0, %q[v], %q[upper]\n\t"                                                                              \
    "vmladav.s8 r2, %q[v], %q[lower]\n\t"                                                                              \
    "vldrw.u32 %q[v], [%[at], %q[below]]\n\t"                                                                          \
    "vmladav.s8 r8, %q[v], %q[upper]\n\t"                                                                              \
    "vmladav.s8 r10, %q[v], %q[lower]\n\t"                                                                             \
    "add %[at], %[at], #64\n\t"                                                                                        \
    "vmov %q[v][2], %q[v][0], r0, r8\n\t"                                                                              \
    "vmov %q[v][3], %q[v][1], r2, r10\n\t"

/* All outputs of four rows: bias r12, multiplier r3, shift r9, zero point r4, step r5. */
#define TKD_FOUR_ROWS                                                                                                  \
    "ldm r4, {r4, r5, r9, lr}\n\t"                                                                                     \
    "vmsr p0, r9\n\t"                                                                                                  \
    "ldr r12, [r3]\n\t"                                                                                                \
    "ldrsb r9, [r3, #15]\n\t"                                                                                          \
    "ldr r3, [r3, #16]\n\t"                                                                                            \
    "dls lr, lr\n"                                                                                                     \
    "1:\n\t" TKD_FOUR_OUTPUTS "vadd.i32 %q[v], %q[v], r12\n\t"                                                         \
    "vqrdmulh.s32 %q[v], %q[v], r3\n\t"                                                                                \
    "vrshl.s32 %q[v], r9\n\t"                                                                                          \
    "vadd.i32 %q[v], %q[v], r4\n\t"                                                                                    \
    "vmax.s32 %q[v], %q[v], %q[min]\n\t"                                                                               \
    "vmin.s32 %q[v], %q[v], %q[max]\n\t"                                                                               \
    "vpst\n\t"                                                                                                         \
    "vstrbt.32 %q[v], [%[to], %q[places]]\n\t"                                                                         \
    "add %[to], %[to], r5\n\t"                                                                                         \
    "le lr, 1b"
/* clang-format on */

/* Four rows of one channel, where tkd_mve_scaled may be brief. Scalars come from memory into fixed registers. */
static inline __attribute__((always_inline)) void outputs_relu(const int8_t *at, int8_t *to, const int32_t *filter,
                                                               const rows *r) {
    const taps t = taps_of(filter);
    register const int32_t *constants __asm__("r3") = filter;
    register const steps *s __asm__("r4") = &r->steps;
    int32x4_t v;
    __asm__ volatile(TKD_FOUR_ROWS
                     : [at] "+r"(at), [to] "+r"(to), "+r"(constants), "+r"(s), [v] "=&w"(v)
                     : [upper] "w"(t.upper), [lower] "w"(t.lower), [window] "w"(r->window), [below] "w"(r->below),
                       [places] "w"(r->places), [min] "w"(r->min), [max] "w"(r->max)
                     : "r0", "r2", "r5", "r8", "r9", "r10", "r12", "lr", "memory");
}

static inline __attribute__((always_inline)) int32x4_t four_outputs(const int8_t **columns, const taps *t,
                                                                    const rows *r) {
    const int8_t *at = *columns;
    int32x4_t v;
    __asm__(TKD_FOUR_OUTPUTS
            : [at] "+r"(at), [v] "=&w"(v)
            : [upper] "w"(t->upper), [lower] "w"(t->lower), [window] "w"(r->window), [below] "w"(r->below)
            : "r0", "r2", "r8", "r10", "memory");
    *columns = at;
    return v;
}

/* The lanes of `which`, to where `places` say. */
static inline void store(int8_t *to, uint32x4_t places, int32x4_t values, uint32_t which) {
    __asm__ volatile("vmsr p0, %[which]\n\t"
                     "vpst\n\t"
                     "vstrbt.32 %q[values], [%[to], %q[places]]"
                     :
                     : [to] "r"(to), [places] "w"(places), [values] "w"(values), [which] "r"(which)
                     : "memory");
}

/* Four rows of one channel: tkd_mve_requantize_any with one multiplier and one shift. */
static inline __attribute__((always_inline)) void outputs_any(const int8_t *at, int8_t *to, const int32_t *filter,
                                                              const rows *r) {
    const taps t = taps_of(filter);
    const int32_t bias = filter[0], multiplier = filter[4], shift = filter[3] >> 24;
    const int32_t right = shift < 0 ? shift : 0, nudge = right < 0 ? 1 : 0;
    for (uint32_t x = r->steps.count; x > 0; x--, to += r->steps.next) {
        const int32x4_t acc = vshlq_r_s32(vaddq_n_s32(four_outputs(&at, &t, r), bias), shift - right);
        const int32x4_t product = vqrdmulhq_n_s32(acc, multiplier);
        const int32x4_t scaled = vrshlq_n_s32(vmlaq_n_s32(product, vshrq_n_s32(product, 31), nudge), right);
        store(to, r->places, tkd_mve_clamp(scaled, r->steps.zero_point, r->min, r->max), r->steps.which);
    }
}

static rows rows_of(const tkd_depthwise_3x3_mve_params *p) {
    const uint32_t down = COLUMN * (p->out_w + 2u), row = (uint32_t)p->out_w * p->channels;
    const uint32_t ends[4] = {0, COLUMN, 2 * COLUMN, 2 * COLUMN}, to[4] = {0, row, 2 * row, 3 * row};
    const uint32x4_t window = vld1q_u32(ends);
    const rows r = {window,
                    vaddq_n_u32(window, down),
                    vld1q_u32(to),
                    vdupq_n_s32(p->min),
                    vdupq_n_s32(p->max),
                    {p->zero_point, p->channels, 0, p->out_w}};
    return r;
}

/* Up to sixteen channels of one image. */
static inline __attribute__((always_inline)) void sixteen(const int8_t *image, int8_t *output, const int32_t *filters,
                                                          uint32_t left, const buffers *b,
                                                          const tkd_depthwise_3x3_mve_params *p, int is_relu) {
    const uint32_t count = left < LANES ? left : LANES;
    rows r = rows_of(p);
    keep(image, -(int32_t)p->pad_top, (int32_t)left, b, p);
    for (uint32_t y = 0; y < p->out_h; y += 4, output += 4u * p->out_w * p->channels) {
        const int32_t next = (int32_t)y + 2 - p->pad_top;
        int8_t *below = turn(b->columns, image, next, (int32_t)left, b, p);
        r.steps.which = p->out_h - y < 4 ? (1u << 4 * (p->out_h - y)) - 1 : 0xFFFFu;
        if (y + 2 < p->out_h) {
            turn(below, image, next + 2, (int32_t)left, b, p);
        }
        for (uint32_t c = 0; c < count; c++) {
            if (is_relu) {
                outputs_relu(b->columns + 4 * c, output + c, filters + FILTER * c, &r);
            } else {
                outputs_any(b->columns + 4 * c, output + c, filters + FILTER * c, &r);
            }
        }
    }
}

static inline __attribute__((always_inline)) void
depthwise(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_mve_params *p, int8_t *scratch, int is_relu) {
    const buffers b = buffers_of(scratch, p);
    const uint32_t image = (uint32_t)p->in_h * p->in_w * p->channels;
    for (uint32_t n = 0; n < p->batches; n++) {
        const int8_t *from = input + n * image;
        int8_t *to = output + n * p->out_h * p->out_w * p->channels;
        for (uint32_t c = 0; c < p->channels; c += LANES) {
            sixteen(from + c, to + c, p->filters + FILTER * c, p->channels - c, &b, p, is_relu);
        }
    }
}

void tkd_depthwise_3x3_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_mve_params *p,
                              void *scratch) {
    depthwise(input, output, p, (int8_t *)scratch, 0);
}

void tkd_depthwise_3x3_relu_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_mve_params *p,
                                   void *scratch) {
    depthwise(input, output, p, (int8_t *)scratch, 1);
}
