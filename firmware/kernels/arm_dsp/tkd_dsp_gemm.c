#include "tkd_dsp_gemm.h"

#include "tkd_dsp_pair.h"

#if TKD_DSP_ASM

/* Two values of k of three pixels in r8-r10: sums of raw words in r2-r4, of even channels in r5-r7. */
#define TWO_K(weights)                                                                                                 \
    "ldm    r0!, {r8, r9, r10} \n"                                                                                     \
    "smlad  r2, r8, " weights ", r2 \n"                                                                                \
    "smlad  r3, r9, " weights ", r3 \n"                                                                                \
    "smlad  r4, r10, " weights ", r4 \n"                                                                               \
    "sxtb16 " weights ", " weights "\n"                                                                                \
    "smlad  r5, r8, " weights ", r5 \n"                                                                                \
    "smlad  r6, r9, " weights ", r6 \n"                                                                                \
    "smlad  r7, r10, " weights ", r7 \n"
#define FOUR_K "ldrd   r11, r12, [r1], #8 \n" TWO_K("r11") TWO_K("r12")
#define TWO_K_BYTES "34" /* half of FOUR_K */

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
        "subs   r5, #2                 \n" /* the loop takes 16 words a turn: its first one takes words - 2 mod 16 */
        "and    r5, r5, #14            \n"
        "mov    r2, #" TWO_K_BYTES "   \n"
        "adr    r3, 2f                 \n"
        "mls    r5, r5, r2, r3         \n"
        "orr    r5, r5, #1             \n"
        "push   {r6-r10}               \n"
        "push   {r0, r5}               \n"
        "push   {r4}                   \n"
        "0:                            \n" /* one pair of channels: its first four values of k */
        "ldm    r1!, {r4, r11, r12}    \n" /* bias1, words */
        "ldr    r0, [sp]               \n"
        "ldm    r0!, {r8, r9, r10}     \n"
        "smlad  r2, r8, r11, r4        \n"
        "smlad  r3, r9, r11, r4        \n"
        "smlad  r4, r10, r11, r4       \n"
        "sxtb16 r11, r11               \n"
        "smuad  r5, r8, r11            \n"
        "smuad  r6, r9, r11            \n"
        "smuad  r7, r10, r11           \n"
        TWO_K("r12")
        "ldrd   lr, r11, [sp, #4]      \n" /* end, where to enter */
        "bx     r11                    \n"
        ".balign 4                     \n"
        "1:                            \n" /* sums over k */
        FOUR_K FOUR_K FOUR_K FOUR_K
        FOUR_K FOUR_K FOUR_K FOUR_K
        "2:                            \n"
        "cmp    r0, lr                 \n"
        "bne    1b                     \n"
        TKD_DSP_PAIR_END);
    /* clang-format on */
}

#else

const int32_t *tkd_dsp_gemm(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile) {
    for (; output != tile->output_end; output += 2) {
        const int32_t bias = *weights++;
        int32_t raw[TKD_DSP_PIXELS] = {bias, bias, bias}, even[TKD_DSP_PIXELS] = {0, 0, 0};
        for (uint32_t j = 0; j < tile->words; j++) {
            const uint32_t w = (uint32_t)*weights++;
            for (uint32_t p = 0; p < TKD_DSP_PIXELS; p++) {
                const uint32_t x = tile->pixels[j * TKD_DSP_PIXELS + p];
                raw[p] = tkd_smlad(x, w, raw[p]);
                even[p] = tkd_smlad(x, tkd_sxtb16(w), even[p]);
            }
        }
        tkd_dsp_pair_end(weights, raw, even, output, tile);
        weights += 3;
    }
    return weights;
}

#endif
