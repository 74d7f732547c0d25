/* The loops of tkd_depthwise_3x3_dsp_s8 and of its twin for outputs whose zero point is -128. */
#ifndef TKD_DEPTHWISE_3X3_DSP_BODY_H
#define TKD_DEPTHWISE_3X3_DSP_BODY_H

#include "tkd_depthwise_3x3_dsp_s8.h"
#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"
#include "tkd_dsp_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two output rows, the upper row pair first in memory or (swap) second. What includes this says which ones. */
static inline void tkd_dsp_two_rows(const tkd_dsp_rows *r, int swap);

/* Two rows of the image, or what stands for a row outside of it: then the step is 0. */
typedef struct tkd_dsp_sources {
    const int8_t *upper, *lower;
    int32_t upper_step, lower_step; /* bytes per column */
} tkd_dsp_sources;

/* Four channels of the two rows, as pairs, into one column. */
TKD_DSP_INLINE void tkd_dsp_pair_widen(uint32_t upper, uint32_t lower, uint32_t *to) {
    const uint32_t u02 = tkd_sxtb16(upper), u13 = tkd_sxtb16_odd(upper);
    const uint32_t v02 = tkd_sxtb16(lower), v13 = tkd_sxtb16_odd(lower);
    to[0] = tkd_pack_low(u02, v02);
    to[2] = tkd_pack_low(u13, v13);
    to[4] = tkd_pack_high(u02, v02);
    to[6] = tkd_pack_high(u13, v13);
}

/* From one column to the next. The pointers never go beyond the last one: there may be nothing that they could point
 * to.
 */
TKD_DSP_INLINE void tkd_dsp_pair_step(tkd_dsp_sources *s, uint32_t **to) {
    s->upper += s->upper_step;
    s->lower += s->lower_step;
    *to += TKD_DSP_COLUMN;
}

static inline void tkd_dsp_pair_columns(tkd_dsp_sources s, int32_t width, uint32_t *to) {
    tkd_dsp_pair_widen(tkd_load4(s.upper), tkd_load4(s.lower), to);
    for (; width > 1; width--) {
        tkd_dsp_pair_step(&s, &to);
        tkd_dsp_pair_widen(tkd_load4(s.upper), tkd_load4(s.lower), to);
    }
}

static inline uint32_t tkd_dsp_pair_load(const int8_t *from, int32_t count) {
    uint32_t word = 0;
    while (count > 0) {
        word = (word << 8) | (uint8_t)from[--count];
    }
    return word;
}

/* The same where fewer than four channels are left. */
static inline void tkd_dsp_pair_some(tkd_dsp_sources s, int32_t width, int32_t count, uint32_t *to) {
    tkd_dsp_pair_widen(tkd_dsp_pair_load(s.upper, count), tkd_dsp_pair_load(s.lower, count), to);
    for (; width > 1; width--) {
        tkd_dsp_pair_step(&s, &to);
        tkd_dsp_pair_widen(tkd_dsp_pair_load(s.upper, count), tkd_dsp_pair_load(s.lower, count), to);
    }
}

/* Input rows y and y + 1 of `count` channels into row pair `to`. */
static inline void tkd_dsp_pair_rows(const int8_t *input, const tkd_depthwise_3x3_dsp_params *p, int32_t y,
                                     int32_t count, uint32_t *to) {
    const uint32_t zeros = ((uint32_t)p->in_zero & 0xffu) * 0x01010101u;
    const int8_t *const outside = (const int8_t *)&zeros;
    const int upper = y >= 0 && y < p->in_h, lower = y + 1 >= 0 && y + 1 < p->in_h;
    const int32_t row = p->in_w * p->channels, inside = p->columns - p->pad_left;
    const int32_t width = inside < p->in_w ? inside : p->in_w;
    const tkd_dsp_sources s = {upper ? input + y * row : outside, lower ? input + (y + 1) * row : outside,
                               upper ? p->channels : 0, lower ? p->channels : 0};
    to += p->pad_left * TKD_DSP_COLUMN;
    if (count == TKD_DSP_CHANNELS) {
        tkd_dsp_pair_columns(s, width, to);
    } else {
        tkd_dsp_pair_some(s, width, count, to);
    }
}

/* One output row at stride 2: the upper one of two. */
static inline void tkd_dsp_one_row(const uint32_t *at, const int32_t *constants, int8_t *output,
                                   const tkd_depthwise_3x3_dsp_params *p, int swap) {
    const int32_t bias2 = constants[3] >> 7;
    const uint32_t e = (uint32_t)constants[3] & 0xffu;
    const int32_t round = (int32_t)((uint32_t)p->round << e);
    uint32_t u[3], v[3];
    for (int i = 0; i < 3; i++) {
        u[i] = tkd_sxtb16((uint32_t)constants[i]);
        v[i] = tkd_sxtb16_odd((uint32_t)constants[i]);
    }
    int32_t x = 0;
    for (int32_t width = p->out_w; width > 0; width--) {
        int32_t sum = tkd_smlabt(at[1 - swap], v[0], tkd_smuad(at[swap], u[0]));
        sum = tkd_smlabt(at[TKD_DSP_COLUMN + 1 - swap], v[1], tkd_smlad(at[TKD_DSP_COLUMN + swap], u[1], sum));
        sum = tkd_smlabt(at[2 * TKD_DSP_COLUMN + 1 - swap], v[2], tkd_smlad(at[2 * TKD_DSP_COLUMN + swap], u[2], sum));
        at += 2 * TKD_DSP_COLUMN;
        output[x] = (int8_t)tkd_dsp_requantize(2 * sum + bias2, constants[4], round, e);
        x += p->channels;
    }
}

/* `count` channels through one image. */
static inline void tkd_dsp_row_channels(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_dsp_params *p,
                                        const int32_t *constants, int32_t count, uint32_t *rows) {
    const int32_t row = p->out_w * p->channels;
    const int32_t rows_each = 3 - p->stride; /* output rows per row pair */
    tkd_dsp_rows r = {constants, rows, output, row, p->channels, p->out_w, p->round, count};
    int32_t y = -p->pad_top;
    int swap = 0;
    tkd_dsp_pair_rows(input, p, y, count, rows);
    for (int32_t out_y = 0;; swap ^= 1) {
        y += 2;
        tkd_dsp_pair_rows(input, p, y, count, rows + (swap ^ 1));
        if (p->stride == 1) {
            r.lower = out_y + 1 < p->out_h ? row : 0;
            tkd_dsp_two_rows(&r, swap);
        } else {
            for (int32_t c = 0; c < count; c++) {
                tkd_dsp_one_row(rows + 2 * c, constants + TKD_DSP_CONSTANTS * c, r.output + c, p, swap);
            }
        }
        out_y += rows_each;
        if (out_y >= p->out_h) {
            break;
        }
        r.output += rows_each * row;
    }
}

static inline void tkd_depthwise_3x3_dsp(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_dsp_params *p,
                                         void *scratch) {
    uint32_t *const rows = (uint32_t *)scratch;
    const uint32_t zeros = ((uint32_t)p->in_zero & 0xffffu) | ((uint32_t)p->in_zero << 16);
    const int32_t in_size = p->in_h * p->in_w * p->channels, out_size = p->out_h * p->out_w * p->channels;
    for (int32_t i = 0; i < p->columns * TKD_DSP_COLUMN; i++) {
        rows[i] = zeros;
    }
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t c = 0; c < p->channels; c += TKD_DSP_CHANNELS) {
            const int32_t count = p->channels - c < TKD_DSP_CHANNELS ? p->channels - c : TKD_DSP_CHANNELS;
            tkd_dsp_row_channels(input + n * in_size + c, output + n * out_size + c, p,
                                 p->channel + TKD_DSP_CONSTANTS * c, count, rows);
        }
    }
    tkd_dsp_clamp(output, p->batches * out_size, p->act_min, p->act_max);
}

#ifdef __cplusplus
}
#endif
#endif
