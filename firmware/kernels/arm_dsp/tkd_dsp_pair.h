/*
 * How a pair of output channels of three pixels ends: what tkd_dsp_gemm and tkd_dsp_gemm_3 share. Sums of raw words are
 * in r2-r4, of even channels in r5-r7; r1 is at the pair's last three words, bias0, multiplier1 and multiplier0.
 * Frame: 0 pixels, 4 end of pixels, 8 where to enter the loop, 12 round, 16 step1, 20 step2, 24 output_end, 28 output.
 */
#ifndef TKD_DSP_PAIR_H
#define TKD_DSP_PAIR_H

#include "tkd_dsp.h"
#include "tkd_dsp_gemm.h"

#if TKD_DSP_ASM

/* Twice the accumulator to an int8. Where the output's zero point is -128 no `sign` is needed (see tkd_dsp.h). */
#define TKD_DSP_INT8(sum, multiplier, round, e)                                                                        \
    "smmlar " sum ", " sum ", " multiplier ", " round "\n"                                                             \
    "asr    " sum ", " sum ", " e "           \n"                                                                      \
    "ssat   " sum ", #8, " sum ", asr #1      \n"
#define TKD_DSP_INT8_SIGNED(sum, multiplier, round, e)                                                                 \
    "add    r0, " round ", " sum ", asr #31   \n" TKD_DSP_INT8(sum, multiplier, "r0", e)

/* The difference of the two sums is twice 128 times the odd accumulator with its bias, plus e: r8 keeps that of pixel
 * 0 for its lowest byte, which is what shifts by a register look at. */
#define TKD_DSP_ODD(int8)                                                                                              \
    "asr    r2, r8, #7     \n" int8(                                                                                   \
        "r2", "r10", "lr", "r8") "sub    r3, r3, r6     \n"                                                            \
                                 "asr    r3, r3, #7     \n" int8(                                                      \
                                     "r3", "r10", "lr", "r8") "sub    r4, r4, r7     \n"                               \
                                                              "asr    r4, r4, #7     \n" int8("r4", "r10", "lr", "r8")

/* lr is twice the bias, r12 the rounding; both channels into one register. */
#define TKD_DSP_EVEN(int8)                                                                                             \
    "asr    lr, r9, #7     \n"                                                                                         \
    "lsl    r12, r12, r9   \n"                                                                                         \
    "qdadd  r5, lr, r5     \n" int8("r5", "r11", "r12",                                                                \
                                    "r9") "bfi    r5, r2, #8, #8 \n"                                                   \
                                          "qdadd  r6, lr, r6     \n" int8("r6", "r11", "r12",                          \
                                                                          "r9") "bfi    r6, r3, #8, #8 \n"             \
                                                                                "qdadd  r7, lr, r7     \n" int8(       \
                                                                                    "r7", "r11", "r12",                \
                                                                                    "r9") "bfi    r7, r4, #8, #8 \n"

/* Stores the pair, goes on with the next one at 0, and returns after the last. */
#define TKD_DSP_PAIR_END                                                                                               \
    "ldm    r1!, {r9, r10, r11} \n"                                                                                    \
    "ldr    r12, [sp, #12] \n"                                                                                         \
    "sub    r8, r2, r5     \n"                                                                                         \
    "cmn    r12, #255      \n" /* 2 * -128 + 1 */                                                                      \
    "lsl    lr, r12, r8    \n"                                                                                         \
    "bne    4f             \n" TKD_DSP_ODD(TKD_DSP_INT8)                                                               \
        TKD_DSP_EVEN(TKD_DSP_INT8) "3:                    \n"                                                          \
                                   "ldrd   r8, r9, [sp, #16]   \n" /* step1, step2 */                                  \
                                   "ldrd   r10, r11, [sp, #24] \n" /* output_end, output */                            \
                                   "strh   r7, [r11, r9]  \n"                                                          \
                                   "strh   r6, [r11, r8]  \n"                                                          \
                                   "strh   r5, [r11], #2  \n"                                                          \
                                   "str    r11, [sp, #28] \n"                                                          \
                                   "cmp    r10, r11       \n"                                                          \
                                   "bne    0b             \n"                                                          \
                                   "mov    r0, r1         \n"                                                          \
                                   "add    sp, #32        \n"                                                          \
                                   "pop    {r4-r11, pc}   \n"                                                          \
                                   "4:                    \n" TKD_DSP_ODD(TKD_DSP_INT8_SIGNED)                         \
                                       TKD_DSP_EVEN(TKD_DSP_INT8_SIGNED) "b      3b             \n"

#else

/* The two channels from their sums; tail: bias0, multiplier1, multiplier0. */
static inline void tkd_dsp_pair_end(const int32_t tail[3], const int32_t raw[], const int32_t even[], int8_t *output,
                                    const tkd_dsp_tile *tile) {
    const uint32_t step[TKD_DSP_PIXELS] = {0, tile->step1, tile->step2};
    for (int p = TKD_DSP_PIXELS - 1; p >= 0; p--) {
        const int32_t odd = tkd_wrap((uint32_t)raw[p] - (uint32_t)even[p]), low = tail[0];
        const uint32_t e1 = (uint32_t)odd & 0xffu, e0 = (uint32_t)low & 0xffu;
        const int32_t round1 = tkd_wrap((uint32_t)tile->round << e1), round0 = tkd_wrap((uint32_t)tile->round << e0);
        output[step[p]] = (int8_t)tkd_dsp_requantize((low >> 7) + 2 * even[p], tail[2], round0, e0);
        output[step[p] + 1] = (int8_t)tkd_dsp_requantize(odd >> 7, tail[1], round1, e1);
    }
}

#endif
#endif
