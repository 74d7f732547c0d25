#include "tkd_depthwise_3x3_dsp_s8.h"

#include "tkd_dsp_pixels.h"

#define CHANNELS 4
#define COLUMN (2 * CHANNELS) /* words of one column: per channel one of either row pair */
#define CONSTANTS 5           /* words per channel */

typedef tkd_depthwise_3x3_dsp_params params;

static uint32_t load_channels(const int8_t *from, int32_t count) {
    uint32_t word = 0;
    if (count == CHANNELS) {
        return tkd_load4(from);
    }
    for (int32_t c = count - 1; c >= 0; c--) {
        word = (word << 8) | (uint8_t)from[c];
    }
    return word;
}

/* Widens the columns of two rows, which are `step` bytes apart per column: 0 for a row outside of the image. */
static void widen_rows(const int8_t *upper, int32_t upper_step, const int8_t *lower, int32_t lower_step, int32_t width,
                       int32_t count, uint32_t *to) {
    for (; width > 0; width--) {
        const uint32_t u = load_channels(upper, count), v = load_channels(lower, count);
        const uint32_t u02 = tkd_sxtb16(u), u13 = tkd_sxtb16_odd(u), v02 = tkd_sxtb16(v), v13 = tkd_sxtb16_odd(v);
        to[0] = tkd_pack_low(u02, v02);
        to[2] = tkd_pack_low(u13, v13);
        to[4] = tkd_pack_high(u02, v02);
        to[6] = tkd_pack_high(u13, v13);
        upper += upper_step;
        lower += lower_step;
        to += COLUMN;
    }
}

/* Input rows y and y + 1 of `count` channels into row pair `to`. */
static void load_pair(const int8_t *input, const params *p, int32_t y, int32_t count, uint32_t *to) {
    const uint32_t zeros = ((uint32_t)p->in_zero & 0xffu) * 0x01010101u;
    const int8_t *const outside = (const int8_t *)&zeros;
    const int upper = y >= 0 && y < p->in_h, lower = y + 1 >= 0 && y + 1 < p->in_h;
    const int32_t row = p->in_w * p->channels;
    const int32_t inside = p->columns - p->pad_left;
    widen_rows(upper ? input + y * row : outside, upper ? p->channels : 0, lower ? input + (y + 1) * row : outside,
               lower ? p->channels : 0, inside < p->in_w ? inside : p->in_w, count, to + p->pad_left * COLUMN);
}

/* The two sums of a column, doubled sums with bias come out of both rows. */
TKD_DSP_INLINE void row_of_two(const uint32_t *at, const int32_t *constants, int8_t *output, int32_t width,
                               int32_t channels, int32_t lower, int32_t zero_round, int swap) {
    const uint32_t k0 = (uint32_t)constants[0], k1 = (uint32_t)constants[1], k2 = (uint32_t)constants[2];
    const uint32_t u0 = tkd_sxtb16(k0), v0 = tkd_sxtb16_odd(k0), u1 = tkd_sxtb16(k1), v1 = tkd_sxtb16_odd(k1);
    const uint32_t u2 = tkd_sxtb16(k2), v2 = tkd_sxtb16_odd(k2);
    const int32_t bias2 = constants[3] >> 7, multiplier = constants[4];
    const uint32_t e = (uint32_t)constants[3] & 0xffu;
    const int32_t round = (int32_t)((uint32_t)zero_round << e);
    for (; width > 0; width--) {
        uint32_t a = at[swap], b = at[1 - swap];
        int32_t up = tkd_smlabt(b, v0, tkd_smuad(a, u0)), down = tkd_smlatb(a, u0, tkd_smuad(b, v0));
        a = at[COLUMN + swap];
        b = at[COLUMN + 1 - swap];
        up = tkd_smlabt(b, v1, tkd_smlad(a, u1, up));
        down = tkd_smlatb(a, u1, tkd_smlad(b, v1, down));
        a = at[2 * COLUMN + swap];
        b = at[2 * COLUMN + 1 - swap];
        up = tkd_smlabt(b, v2, tkd_smlad(a, u2, up));
        down = tkd_smlatb(a, u2, tkd_smlad(b, v2, down));
        at += COLUMN;
        output[lower] = (int8_t)tkd_dsp_requantize(2 * down + bias2, multiplier, round, e);
        output[0] = (int8_t)tkd_dsp_requantize(2 * up + bias2, multiplier, round, e);
        output += channels;
    }
}

static void even_rows(const uint32_t *at, const int32_t *constants, int8_t *output, const params *p, int32_t lower) {
    row_of_two(at, constants, output, p->out_w, p->channels, lower, p->round, 0);
}

static void odd_rows(const uint32_t *at, const int32_t *constants, int8_t *output, const params *p, int32_t lower) {
    row_of_two(at, constants, output, p->out_w, p->channels, lower, p->round, 1);
}

/* One output row at stride 2: the upper one of two. */
static void one_row(const uint32_t *at, const int32_t *constants, int8_t *output, const params *p, int swap) {
    const int32_t bias2 = constants[3] >> 7;
    const uint32_t e = (uint32_t)constants[3] & 0xffu;
    const int32_t round = (int32_t)((uint32_t)p->round << e);
    uint32_t u[3], v[3];
    for (int i = 0; i < 3; i++) {
        u[i] = tkd_sxtb16((uint32_t)constants[i]);
        v[i] = tkd_sxtb16_odd((uint32_t)constants[i]);
    }
    for (int32_t width = p->out_w; width > 0; width--) {
        int32_t sum = tkd_smlabt(at[1 - swap], v[0], tkd_smuad(at[swap], u[0]));
        sum = tkd_smlabt(at[COLUMN + 1 - swap], v[1], tkd_smlad(at[COLUMN + swap], u[1], sum));
        sum = tkd_smlabt(at[2 * COLUMN + 1 - swap], v[2], tkd_smlad(at[2 * COLUMN + swap], u[2], sum));
        at += 2 * COLUMN;
        *output = (int8_t)tkd_dsp_requantize(2 * sum + bias2, constants[4], round, e);
        output += p->channels;
    }
}

/* `count` channels through one image. */
static void channels(const int8_t *input, int8_t *output, const params *p, const int32_t *constants, int32_t count,
                     uint32_t *rows) {
    const int32_t row = p->out_w * p->channels;
    const int32_t step = 3 - p->stride; /* output rows per row pair */
    int32_t y = -p->pad_top;
    int swap = 0;
    load_pair(input, p, y, count, rows);
    for (int32_t out_y = 0; out_y < p->out_h; out_y += step, swap ^= 1) {
        y += 2;
        load_pair(input, p, y, count, rows + (swap ^ 1));
        for (int32_t c = 0; c < count; c++) {
            const uint32_t *const at = rows + 2 * c;
            const int32_t lower = out_y + 1 < p->out_h ? row : 0;
            if (p->stride == 2) {
                one_row(at, constants + CONSTANTS * c, output + c, p, swap);
            } else if (swap) {
                odd_rows(at, constants + CONSTANTS * c, output + c, p, lower);
            } else {
                even_rows(at, constants + CONSTANTS * c, output + c, p, lower);
            }
        }
        output += step * row;
    }
}

void tkd_depthwise_3x3_dsp_s8(const int8_t *input, int8_t *output, const params *p, void *scratch) {
    uint32_t *const rows = (uint32_t *)scratch;
    const uint32_t zeros = ((uint32_t)p->in_zero & 0xffffu) | ((uint32_t)p->in_zero << 16);
    const int32_t in_size = p->in_h * p->in_w * p->channels, out_size = p->out_h * p->out_w * p->channels;
    for (int32_t i = 0; i < p->columns * COLUMN; i++) {
        rows[i] = zeros;
    }
    for (int32_t n = 0; n < p->batches; n++) {
        for (int32_t c = 0; c < p->channels; c += CHANNELS) {
            const int32_t count = p->channels - c < CHANNELS ? p->channels - c : CHANNELS;
            channels(input + n * in_size + c, output + n * out_size + c, p, p->channel + CONSTANTS * c, count, rows);
        }
    }
    if (p->act_min > -128 || p->act_max < 127) {
        tkd_dsp_clamp(output, p->batches * out_size, p->act_min, p->act_max);
    }
}
