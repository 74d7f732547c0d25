#include "tkd_dsp_three.h"

#if TKD_DSP_ASM

/* Four channels: two words of one column. */
#define FOUR                                                                                                           \
    "ldr    r12, [r0], #4         \n"                                                                                  \
    "sxtb16 lr, r12               \n"                                                                                  \
    "sxtb16 r12, r12, ror #8      \n"                                                                                  \
    "str    lr, [r4], #20         \n"                                                                                  \
    "str    r12, [r4], #20        \n"

__attribute__((naked)) void tkd_dsp_widen_columns(TKD_DSP_UNUSED const int8_t *from, TKD_DSP_UNUSED uint32_t *to,
                                                  TKD_DSP_UNUSED int32_t fours, TKD_DSP_UNUSED int32_t columns) {
    /* clang-format off */
    __asm__ volatile(
        "push   {r4, r5, r6, lr}      \n"
        "0:                           \n"
        "mov    r4, r1                \n"
        "subs   r5, r2, #4            \n"
        "blt    2f                    \n"
        "1:                           \n"
        FOUR
        FOUR
        FOUR
        FOUR
        "subs   r5, #4                \n"
        "bge    1b                    \n"
        "2:                           \n"
        "adds   r5, #4                \n"
        "beq    4f                    \n"
        "3:                           \n"
        FOUR
        "subs   r5, #1                \n"
        "bne    3b                    \n"
        "4:                           \n"
        "add    r1, #4                \n"
        "subs   r3, #1                \n"
        "bne    0b                    \n"
        "pop    {r4, r5, r6, pc}      \n");
    /* clang-format on */
}

#else

void tkd_dsp_widen_columns(const int8_t *from, uint32_t *to, int32_t fours, int32_t columns) {
    for (int32_t c = 0; c < columns; c++) {
        for (int32_t i = 0; i < fours; i++) {
            const uint32_t four = tkd_load4(from + 4 * (c * fours + i));
            to[2 * i * TKD_DSP_COLUMNS + c] = tkd_sxtb16(four);
            to[(2 * i + 1) * TKD_DSP_COLUMNS + c] = tkd_sxtb16_odd(four);
        }
    }
}

#endif
