#include "tkd_dsp_gemm.h"

#include "tkd_dsp.h"

#if TKD_DSP_ASM

/* Four values of k: r0 pixels, r1 weights; sums of raw words in r2-r4, of even channels in r5-r7. */
#define FOUR_K                                                                                                         \
    "ldrd   r11, r12, [r1], #8 \n"                                                                                     \
    "ldm    r0!, {r8, r9, r10} \n"                                                                                     \
    "sxtb16 lr, r11            \n"                                                                                     \
    "smlad  r2, r8, r11, r2    \n"                                                                                     \
    "smlad  r3, r9, r11, r3    \n"                                                                                     \
    "smlad  r4, r10, r11, r4   \n"                                                                                     \
    "smlad  r5, r8, lr, r5     \n"                                                                                     \
    "smlad  r6, r9, lr, r6     \n"                                                                                     \
    "smlad  r7, r10, lr, r7    \n"                                                                                     \
    "ldm    r0!, {r8, r9, r10} \n"                                                                                     \
    "sxtb16 lr, r12            \n"                                                                                     \
    "smlad  r2, r8, r12, r2    \n"                                                                                     \
    "smlad  r3, r9, r12, r3    \n"                                                                                     \
    "smlad  r4, r10, r12, r4   \n"                                                                                     \
    "smlad  r5, r8, lr, r5     \n"                                                                                     \
    "smlad  r6, r9, lr, r6     \n"                                                                                     \
    "smlad  r7, r10, lr, r7    \n"
#define FOUR_K_BYTES "68"

/* The odd channel of one pixel: r8 bias word, r10 multiplier, lr rounding; even is the register of the even sum. */
#define ODD_CHANNEL(sum, even)                                                                                         \
    "sub    " sum ", " sum ", " even "        \n"                                                                      \
    "add    " sum ", " sum ", r8              \n"                                                                      \
    "asr    " sum ", " sum ", #7              \n"                                                                      \
    "add    r0, lr, " sum ", asr #31          \n"                                                                      \
    "smmlar " sum ", " sum ", r10, r0         \n"                                                                      \
    "asr    " sum ", " sum ", r8              \n"                                                                      \
    "ssat   " sum ", #8, " sum ", asr #1      \n"

/* The even channel of one pixel: r9 bias word, r11 multiplier, lr twice the bias, r12 rounding; packs both channels. */
#define EVEN_CHANNEL(sum, odd)                                                                                         \
    "qdadd  " sum ", lr, " sum "              \n"                                                                      \
    "add    r0, r12, " sum ", asr #31         \n"                                                                      \
    "smmlar " sum ", " sum ", r11, r0         \n"                                                                      \
    "asr    " sum ", " sum ", r9              \n"                                                                      \
    "ssat   " sum ", #8, " sum ", asr #1      \n"                                                                      \
    "bfi    " sum ", " odd ", #8, #8          \n"

/* Frame: 0 pixels, 4 end of pixels, 8 where to enter the loop, 12 round, 16 step1, 20 step2, 24 output_end, 28 output.
 */
__attribute__((naked)) const int32_t *tkd_dsp_gemm(TKD_DSP_UNUSED const int32_t *weights, TKD_DSP_UNUSED int8_t *output,
                                                   TKD_DSP_UNUSED const tkd_dsp_tile *tile) {
    /* clang-format off */
    __asm__ volatile(
        "push   {r4-r11, lr}           \n"
        "ldm    r2, {r4-r9}            \n" /* pixels, words, round, step1, step2, output_end */
        "mov    r10, r1                \n"
        "mov    r1, r0                 \n"
        "add    r0, r5, r5, lsl #1     \n"
        "add    r0, r4, r0, lsl #2     \n" /* end = pixels + 12 * words */
        "rsb    r5, r5, #0             \n" /* the loop takes 8 words a turn: enter it at words mod 8 */
        "and    r5, r5, #6             \n"
        "mov    r2, #" FOUR_K_BYTES " / 2 \n"
        "adr    r3, 1f                 \n"
        "mla    r5, r5, r2, r3         \n"
        "orr    r5, r5, #1             \n"
        "push   {r6-r10}               \n"
        "push   {r0, r5}               \n"
        "push   {r4}                   \n"
        "0:                            \n" /* one pair of channels */
        "mov    r2, #0                 \n"
        "mov    r3, #0                 \n"
        "mov    r4, #0                 \n"
        "mov    r5, #0                 \n"
        "mov    r6, #0                 \n"
        "mov    r7, #0                 \n"
        "ldr    r0, [sp]               \n"
        "ldr    pc, [sp, #8]           \n"
        ".balign 4                     \n"
        "1:                            \n" /* sums over k */
        FOUR_K
        FOUR_K
        FOUR_K
        FOUR_K
        "ldr    r11, [sp, #4]          \n"
        "cmp    r0, r11                \n"
        "bne    1b                     \n"
        "ldm    r1!, {r8, r9, r10, r11} \n" /* bias1, bias0, multiplier1, multiplier0 */
        "ldr    r12, [sp, #12]         \n"
        "lsl    lr, r12, r8            \n"
        ODD_CHANNEL("r2", "r5")
        ODD_CHANNEL("r3", "r6")
        ODD_CHANNEL("r4", "r7")
        "asr    lr, r9, #7             \n"
        "lsl    r12, r12, r9           \n"
        EVEN_CHANNEL("r5", "r2")
        EVEN_CHANNEL("r6", "r3")
        EVEN_CHANNEL("r7", "r4")
        "ldrd   r8, r9, [sp, #16]      \n" /* step1, step2 */
        "ldrd   r10, r11, [sp, #24]    \n" /* output_end, output */
        "strh   r7, [r11, r9]          \n"
        "strh   r6, [r11, r8]          \n"
        "strh   r5, [r11], #2          \n"
        "str    r11, [sp, #28]         \n"
        "cmp    r10, r11               \n"
        "bne    0b                     \n"
        "mov    r0, r1                 \n"
        "add    sp, #32                \n"
        "pop    {r4-r11, pc}           \n");
    /* clang-format on */
}

#else

/* Twice the accumulators with bias, from the two sums. */
static void finish(const int32_t tail[4], const int32_t raw[], const int32_t even[], int8_t *output,
                   const tkd_dsp_tile *tile) {
    const uint32_t step[TKD_DSP_PIXELS] = {0, tile->step1, tile->step2};
    const uint32_t e1 = (uint32_t)tail[0] & 0xffu, e0 = (uint32_t)tail[1] & 0xffu;
    const int32_t round1 = tkd_wrap((uint32_t)tile->round << e1), round0 = tkd_wrap((uint32_t)tile->round << e0);
    for (int p = TKD_DSP_PIXELS - 1; p >= 0; p--) {
        const int32_t odd = tkd_wrap((uint32_t)raw[p] - (uint32_t)even[p] + (uint32_t)tail[0]) >> 7;
        const int32_t low = (tail[1] >> 7) + 2 * even[p];
        output[step[p]] = (int8_t)tkd_dsp_requantize(low, tail[3], round0, e0);
        output[step[p] + 1] = (int8_t)tkd_dsp_requantize(odd, tail[2], round1, e1);
    }
}

const int32_t *tkd_dsp_gemm(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile) {
    for (; output != tile->output_end; output += 2) {
        int32_t raw[TKD_DSP_PIXELS] = {0, 0, 0}, even[TKD_DSP_PIXELS] = {0, 0, 0};
        for (uint32_t j = 0; j < tile->words; j++) {
            const uint32_t w = (uint32_t)*weights++;
            for (uint32_t p = 0; p < TKD_DSP_PIXELS; p++) {
                const uint32_t x = tile->pixels[j * TKD_DSP_PIXELS + p];
                raw[p] = tkd_smlad(x, w, raw[p]);
                even[p] = tkd_smlad(x, tkd_sxtb16(w), even[p]);
            }
        }
        finish(weights, raw, even, output, tile);
        weights += 4;
    }
    return weights;
}

#endif
