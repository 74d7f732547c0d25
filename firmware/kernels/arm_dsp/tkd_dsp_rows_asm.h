/*
 * The loops of tkd_dsp_rows.h: two columns of both rows at a time, four outputs, then the last column of an odd width.
 *
 * r0 column, r2 output; weights (w0, w1) and (w1, w2) of the three columns in r4 to r9; sums of the upper and the lower
 * row in r1 and r3, of the column after it in r12 and lr. r10 and r11 are a word of the upper and the lower row pair,
 * read in the order in which these lie in memory. Frame: 0 twice the bias, 4 multiplier, 8 rounding, 12 e, 16 lower, 20
 * channels, 24 end of the twos, 28 constants, 32 column, 36 output (of the next channel), 40 bytes of the twos, 44
 * round, 48 end of channels, 52 width, 56 output.
 */
#ifndef TKD_DSP_ROWS_ASM_H
#define TKD_DSP_ROWS_ASM_H

#include "tkd_dsp.h"
#include "tkd_dsp_rows.h"

#if TKD_DSP_ASM

/* The first column of one output of both rows, with the weights of column 0; a further one, with those of column 1 or
 * 2. */
#define TKD_ROWS_FIRST(upper, lower)                                                                                   \
    "smuad  " upper ", r10, r4         \n"                                                                             \
    "smuad  " lower ", r11, r5         \n"                                                                             \
    "smlabt " upper ", r11, r5, " upper "\n"                                                                           \
    "smlatb " lower ", r10, r4, " lower "\n"
#define TKD_ROWS_MORE(upper, lower, u, v)                                                                              \
    "smlad  " upper ", r10, " u ", " upper "\n"                                                                        \
    "smlad  " lower ", r11, " v ", " lower "\n"                                                                        \
    "smlabt " upper ", r11, " v ", " upper "\n"                                                                        \
    "smlatb " lower ", r10, " u ", " lower "\n"

/* Twice a sum, with its bias; then by its multiplier r11 and the rounding r10; then shifted by e in r10. */
#define TKD_ROWS_TWICE(sum) "qdadd  " sum ", r10, " sum "\n"
#define TKD_ROWS_SCALED(sum) "smmlar " sum ", " sum ", r11, r10\n"
#define TKD_ROWS_SCALED_SIGNED(sum)                                                                                    \
    "add    r2, r10, " sum ", asr #31  \n"                                                                             \
    "smmlar " sum ", " sum ", r11, r2  \n"
#define TKD_ROWS_SHIFTED(sum) "asr    " sum ", " sum ", r10\n"
#define TKD_ROWS_SATURATED(sum) "ssat   " sum ", #8, " sum ", asr #1\n"
#define TKD_ROWS_STORED(upper, lower)                                                                                  \
    "strb   " lower ", [r2, r10]       \n"                                                                             \
    "strb   " upper ", [r2]            \n"                                                                             \
    "add    r2, r2, r11                \n"
#define TKD_ROWS_SAME ""
#define TKD_ROWS_SAVE "str    r2, [sp, #56] \n" /* where signs need a register more */
#define TKD_ROWS_RESTORE "ldr    r2, [sp, #56] \n"

#define TKD_ROWS(first, second, scaled, save, restore)                                                                 \
    "push   {r4-r11, lr}               \n"                                                                             \
    "ldm    r0, {r1, r2, r3, r4, r5, r6, r7, r8} \n"                                                                   \
    "bic    r10, r6, #1                \n"                                                                             \
    "lsl    r10, r10, #5               \n"                                                                             \
    "add    r8, r2, r8, lsl #3         \n"                                                                             \
    "sub    sp, #60                    \n"                                                                             \
    "strd   r4, r5, [sp, #16]          \n"                                                                             \
    "strd   r1, r2, [sp, #28]          \n"                                                                             \
    "strd   r3, r10, [sp, #36]         \n"                                                                             \
    "strd   r7, r8, [sp, #44]          \n"                                                                             \
    "str    r6, [sp, #52]              \n"                                                                             \
    "0:                                \n" /* one channel */                                                           \
    "ldrd   r1, r0, [sp, #28]          \n"                                                                             \
    "ldrd   r2, r3, [sp, #36]          \n"                                                                             \
    "ldm    r1!, {r4, r5, r6, r7, r8}  \n"                                                                             \
    "add    r3, r0, r3                 \n"                                                                             \
    "str    r3, [sp, #24]              \n"                                                                             \
    "add    r9, r0, #8                 \n"                                                                             \
    "add    r10, r2, #1                \n"                                                                             \
    "strd   r1, r9, [sp, #28]          \n"                                                                             \
    "ldr    r12, [sp, #44]             \n"                                                                             \
    "str    r10, [sp, #36]             \n"                                                                             \
    "uxtb   lr, r7                     \n"                                                                             \
    "lsl    r12, r12, lr               \n"                                                                             \
    "asr    r7, r7, #7                 \n"                                                                             \
    "strd   r7, r8, [sp]               \n"                                                                             \
    "strd   r12, lr, [sp, #8]          \n"                                                                             \
    "cmp    r0, r3                     \n"                                                                             \
    "sxtb16 r9, r6, ror #8             \n"                                                                             \
    "sxtb16 r8, r6                     \n"                                                                             \
    "sxtb16 r7, r5, ror #8             \n"                                                                             \
    "sxtb16 r6, r5                     \n"                                                                             \
    "sxtb16 r5, r4, ror #8             \n"                                                                             \
    "sxtb16 r4, r4                     \n"                                                                             \
    "beq    2f                         \n"                                                                             \
    "1:                                \n" /* two columns of both rows */                                              \
    "ldrd   " first ", " second ", [r0], #64 \n" TKD_ROWS_FIRST(                                                       \
        "r1", "r3") "ldrd   " first ", " second ", [r0, #-32] \n" TKD_ROWS_MORE("r1", "r3", "r6", "r7")                \
        TKD_ROWS_FIRST("r12", "lr") "ldrd   " first ", " second ", [r0] \n" TKD_ROWS_MORE("r1", "r3", "r8", "r9")      \
            TKD_ROWS_MORE("r12", "lr", "r6", "r7") "ldrd   " first ", " second ", [r0, #32] \n" TKD_ROWS_MORE(         \
                "r12", "lr", "r8", "r9") "ldrd   r10, r11, [sp]             \n" TKD_ROWS_TWICE("r1")                   \
                TKD_ROWS_TWICE("r3") TKD_ROWS_TWICE("r12")                                                             \
                    TKD_ROWS_TWICE("lr") "ldr    r10, [sp, #8]              \n" save scaled("r1") scaled("r3")         \
                        scaled("r12") scaled("lr") restore                                                             \
        "ldr    r10, [sp, #12]             \n" TKD_ROWS_SHIFTED("r1") TKD_ROWS_SHIFTED("r3") TKD_ROWS_SHIFTED(         \
            "r12") TKD_ROWS_SHIFTED("lr") TKD_ROWS_SATURATED("r1") TKD_ROWS_SATURATED("r3") TKD_ROWS_SATURATED("r12")  \
            TKD_ROWS_SATURATED("lr") "ldrd   r10, r11, [sp, #16]        \n" TKD_ROWS_STORED("r1", "r3")                \
                TKD_ROWS_STORED(                                                                                       \
                    "r12",                                                                                             \
                    "lr") "ldr    r10, [sp, #24]             \n"                                                       \
                          "cmp    r0, r10                    \n"                                                       \
                          "bne    1b                         \n"                                                       \
                          "2:                                \n"                                                       \
                          "ldr    r10, [sp, #52]             \n"                                                       \
                          "lsls   r10, r10, #31              \n"                                                       \
                          "beq    3f                         \n" /* an even width */                                   \
                          "ldrd   " first ", " second                                                                  \
                          ", [r0] \n" TKD_ROWS_FIRST(                                                                  \
                              "r1",                                                                                    \
                              "r3") "ldrd   " first ", " second                                                        \
                                    ", [r0, #32] \n" TKD_ROWS_MORE(                                                    \
                                        "r1",                                                                          \
                                        "r3",                                                                          \
                                        "r6",                                                                          \
                                        "r7") "ldrd   " first ", " second                                              \
                                              ", [r0, #64] \n" TKD_ROWS_MORE(                                          \
                                                  "r1",                                                                \
                                                  "r3",                                                                \
                                                  "r8",                                                                \
                                                  "r9") "ldrd   r10, r11, [sp]             \n" TKD_ROWS_TWICE("r1")    \
                                                  TKD_ROWS_TWICE(                                                      \
                                                      "r3") "ldr    r10, [sp, #8]              \n" save scaled("r1")   \
                                                      scaled("r3") restore                                             \
        "ldr    r10, [sp, #12]             \n" TKD_ROWS_SHIFTED("r1") TKD_ROWS_SHIFTED("r3") TKD_ROWS_SATURATED("r1")  \
            TKD_ROWS_SATURATED("r3") "ldr    r10, [sp, #16]             \n"                                            \
                                     "strb   r3, [r2, r10]              \n"                                            \
                                     "strb   r1, [r2]                   \n"                                            \
                                     "3:                                \n"                                            \
                                     "ldr    r0, [sp, #32]              \n"                                            \
                                     "ldr    r1, [sp, #48]              \n"                                            \
                                     "cmp    r0, r1                     \n"                                            \
                                     "bne    0b                         \n"                                            \
                                     "add    sp, #60                    \n"                                            \
                                     "pop    {r4-r11, pc}               \n"

#else

/* One pixel of both rows of one channel. */
static inline void tkd_dsp_rows_pixel(const uint32_t *at, int swap, const int32_t *constants, const tkd_dsp_rows *r,
                                      int8_t *output) {
    const uint32_t e = (uint32_t)constants[3] & 0xffu;
    const int32_t bias = constants[3] >> 7, round = tkd_wrap((uint32_t)r->round << e);
    int32_t upper = 0, lower = 0;
    for (int x = 0; x < 3; x++) {
        const uint32_t a = at[x * TKD_DSP_COLUMN + swap], b = at[x * TKD_DSP_COLUMN + 1 - swap];
        const uint32_t u = tkd_sxtb16((uint32_t)constants[x]), v = tkd_sxtb16_odd((uint32_t)constants[x]);
        upper = tkd_smlabt(b, v, tkd_smlad(a, u, upper));
        lower = tkd_smlatb(a, u, tkd_smlad(b, v, lower));
    }
    output[r->lower] = (int8_t)tkd_dsp_requantize(2 * lower + bias, constants[4], round, e);
    output[0] = (int8_t)tkd_dsp_requantize(2 * upper + bias, constants[4], round, e);
}

static inline void tkd_dsp_rows_all(const tkd_dsp_rows *r, int swap) {
    for (int32_t c = 0; c < r->count; c++) {
        for (int32_t x = 0; x < r->width; x++) {
            tkd_dsp_rows_pixel(r->at + x * TKD_DSP_COLUMN + 2 * c, swap, r->constants + TKD_DSP_CONSTANTS * c, r,
                               r->output + x * r->channels + c);
        }
    }
}

#endif
#endif
