#include "tkd_dsp_pixels.h"

#if TKD_DSP_ASM

/* One word: two words of two int16, a pixel's step apart. */
#define WORD                                                                                                           \
    "ldr    r3, [r0], #4          \n"                                                                                  \
    "sxtb16 r12, r3               \n"                                                                                  \
    "sxtb16 r3, r3, ror #8        \n"                                                                                  \
    "str    r12, [r1], #12        \n"                                                                                  \
    "str    r3, [r1], #12         \n"

__attribute__((naked)) uint32_t *tkd_dsp_widen(TKD_DSP_UNUSED const int8_t *from, TKD_DSP_UNUSED uint32_t *to,
                                               TKD_DSP_UNUSED int32_t fours) {
    /* clang-format off */
    __asm__ volatile(
        "subs   r2, #4                \n"
        "blt    2f                    \n"
        "1:                           \n"
        WORD
        WORD
        WORD
        WORD
        "subs   r2, #4                \n"
        "bge    1b                    \n"
        "2:                           \n"
        "adds   r2, #4                \n"
        "beq    4f                    \n"
        "3:                           \n"
        WORD
        "subs   r2, #1                \n"
        "bne    3b                    \n"
        "4:                           \n"
        "sub    r0, r1, #24           \n"
        "bx     lr                    \n");
    /* clang-format on */
}

#else

uint32_t *tkd_dsp_widen(const int8_t *from, uint32_t *to, int32_t fours) {
    for (int32_t i = 0; i < fours; i++) {
        const uint32_t four = tkd_load4(from + 4 * i);
        to[TKD_DSP_FOUR * i] = tkd_sxtb16(four);
        to[TKD_DSP_FOUR * i + TKD_DSP_PIXELS] = tkd_sxtb16_odd(four);
    }
    return fours > 0 ? to + TKD_DSP_FOUR * (fours - 1) : to;
}

#endif
