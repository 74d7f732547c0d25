#include "tkd_dsp_gemm_3.h"

#include "tkd_dsp_pair.h"

#if TKD_DSP_ASM

/* One tap of three pixels: its weights, and their columns. */
#define TAP(weights, a, b, c)                                                                                          \
    "smlad  r2, " a ", " weights ", r2 \n"                                                                             \
    "smlad  r3, " b ", " weights ", r3 \n"                                                                             \
    "smlad  r4, " c ", " weights ", r4 \n"                                                                             \
    "sxtb16 " weights ", " weights "\n"                                                                                \
    "smlad  r5, " a ", " weights ", r5 \n"                                                                             \
    "smlad  r6, " b ", " weights ", r6 \n"                                                                             \
    "smlad  r7, " c ", " weights ", r7 \n"
/* The second and third tap; the first one no longer needs column 0. */
#define TWO_TAPS "ldrd   r8, lr, [r1], #8 \n" TAP("r8", "r9", "r10", "r11") TAP("lr", "r10", "r11", "r12")
#define THREE_TAPS                                                                                                     \
    "ldm    r0!, {r8, r9, r10, r11, r12} \n"                                                                           \
    "ldr    lr, [r1], #4 \n" TAP("lr", "r8", "r9", "r10") TWO_TAPS
#define THREE_TAPS_BYTES "96"

__attribute__((naked)) const int32_t *tkd_dsp_gemm_3(TKD_DSP_UNUSED const int32_t *weights,
                                                     TKD_DSP_UNUSED int8_t *output,
                                                     TKD_DSP_UNUSED const tkd_dsp_tile *tile) {
    /* clang-format off */
    __asm__ volatile(
        "push   {r4-r11, lr}           \n"
        "ldm    r2, {r4-r9}            \n" /* pixels, words, round, step1, step2, output_end */
        "mov    r10, r1                \n"
        "mov    r1, r0                 \n"
        "movs   r3, #3                 \n"
        "udiv   r5, r5, r3             \n" /* threes of taps, of 5 columns each */
        "add    r0, r5, r5, lsl #2     \n"
        "add    r0, r4, r0, lsl #2     \n" /* end */
        "subs   r5, #1                 \n" /* the loop takes 8 a turn: its first one takes their number - 1 mod 8 */
        "and    r5, r5, #7             \n"
        "mov    r2, #" THREE_TAPS_BYTES "\n"
        "adr    r3, 2f                 \n"
        "mls    r5, r5, r2, r3         \n"
        "orr    r5, r5, #1             \n"
        "push   {r6-r10}               \n"
        "push   {r0, r5}               \n"
        "push   {r4}                   \n"
        "0:                            \n" /* one pair of channels: its first three taps */
        "ldrd   r4, lr, [r1], #8       \n" /* bias1, word */
        "ldr    r0, [sp]               \n"
        "ldm    r0!, {r8, r9, r10, r11, r12} \n"
        "smlad  r2, r8, lr, r4         \n"
        "smlad  r3, r9, lr, r4         \n"
        "smlad  r4, r10, lr, r4        \n"
        "sxtb16 lr, lr                 \n"
        "smuad  r5, r8, lr             \n"
        "smuad  r6, r9, lr             \n"
        "smuad  r7, r10, lr            \n"
        TWO_TAPS
        "ldr    pc, [sp, #8]           \n"
        ".balign 4                     \n"
        "1:                            \n"
        THREE_TAPS THREE_TAPS THREE_TAPS THREE_TAPS
        THREE_TAPS THREE_TAPS THREE_TAPS THREE_TAPS
        "2:                            \n"
        "ldr    lr, [sp, #4]           \n"
        "cmp    r0, lr                 \n"
        "bne    1b                     \n"
        TKD_DSP_PAIR_END);
    /* clang-format on */
}

#else

const int32_t *tkd_dsp_gemm_3(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile) {
    for (; output != tile->output_end; output += 2) {
        const int32_t bias = *weights++;
        int32_t raw[TKD_DSP_PIXELS] = {bias, bias, bias}, even[TKD_DSP_PIXELS] = {0, 0, 0};
        for (uint32_t j = 0; j < tile->words; j++) {
            const uint32_t w = (uint32_t)*weights++;
            for (uint32_t p = 0; p < TKD_DSP_PIXELS; p++) {
                const uint32_t x = tile->pixels[j / TKD_DSP_TAPS * TKD_DSP_COLUMNS + j % TKD_DSP_TAPS + p];
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
