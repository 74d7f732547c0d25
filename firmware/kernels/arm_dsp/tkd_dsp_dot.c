#include "tkd_dsp_dot.h"

#include "tkd_dsp.h"

#if TKD_DSP_ASM

/* r7 and r12 have four values of x. Sums: r3 raw, r4 even of outputs 0 and 1; r5, r6 of 2 and 3. */
#define PRODUCTS                                                                                                       \
    "ldm    r1!, {r8, r9, r10, r11} \n"                                                                                \
    "sxtb16 lr, r8              \n"                                                                                    \
    "smlad  r3, r7, r8, r3      \n"                                                                                    \
    "smlad  r4, r7, lr, r4      \n"                                                                                    \
    "sxtb16 lr, r9              \n"                                                                                    \
    "smlad  r3, r12, r9, r3     \n"                                                                                    \
    "smlad  r4, r12, lr, r4     \n"                                                                                    \
    "sxtb16 lr, r10             \n"                                                                                    \
    "smlad  r5, r7, r10, r5     \n"                                                                                    \
    "smlad  r6, r7, lr, r6      \n"                                                                                    \
    "sxtb16 lr, r11             \n"                                                                                    \
    "smlad  r5, r12, r11, r5    \n"                                                                                    \
    "smlad  r6, r12, lr, r6     \n"

#define FOUR_WIDE "ldrd   r7, r12, [r0], #8   \n" PRODUCTS /* 56 bytes of code for 8 of x */
#define FOUR_RAW                                                                                                       \
    "ldr    r12, [r0], #4 \n"                                                                                          \
    "sxtb16 r7, r12 \n"                                                                                                \
    "sxtb16 r12, r12, ror #8 \n" PRODUCTS /* 64 bytes of code for 4 of x */

/* clang-format off */
/* The loop takes four times four values a turn; it is entered so that the first turn takes the remainder. */
#define DOT(mask, code_per_byte, four)                                                                                 \
    "push   {r3-r11, lr}  \n"                                                                                          \
    "sub    r12, r0, r2   \n"                                                                                          \
    "and    r12, r12, #" mask "\n"                                                                                     \
    "mov    r7, #" code_per_byte "\n"                                                                                  \
    "adr    lr, 1f        \n"                                                                                          \
    "mla    r12, r12, r7, lr \n"                                                                                       \
    "orr    r12, r12, #1  \n"                                                                                          \
    "mov    r3, #0        \n"                                                                                          \
    "mov    r4, #0        \n"                                                                                          \
    "mov    r5, #0        \n"                                                                                          \
    "mov    r6, #0        \n"                                                                                          \
    "bx     r12           \n"                                                                                          \
    ".balign 4            \n"                                                                                          \
    "1:                   \n"                                                                                          \
    four four four four                                                                                                \
    "cmp    r0, r2        \n"                                                                                          \
    "bne    1b            \n"                                                                                          \
    "sub    r3, r3, r4     \n"                                                                                         \
    "asr    r3, r3, #8     \n"                                                                                         \
    "sub    r5, r5, r6     \n"                                                                                         \
    "asr    r5, r5, #8     \n"                                                                                         \
    "ldr    r7, [sp], #4  \n"                                                                                          \
    "stm    r7, {r3-r6}   \n"                                                                                          \
    "pop    {r4-r11, pc}  \n"
/* clang-format on */

__attribute__((naked)) void tkd_dsp_dot(TKD_DSP_UNUSED const uint32_t *x, TKD_DSP_UNUSED const int32_t *weights,
                                        TKD_DSP_UNUSED const uint32_t *end, TKD_DSP_UNUSED tkd_dsp_sums *sums) {
    __asm__ volatile(DOT("24", "7", FOUR_WIDE));
}

__attribute__((naked)) void tkd_dsp_dot_raw(TKD_DSP_UNUSED const int8_t *x, TKD_DSP_UNUSED const int32_t *weights,
                                            TKD_DSP_UNUSED const int8_t *end, TKD_DSP_UNUSED tkd_dsp_sums *sums) {
    __asm__ volatile(DOT("12", "16", FOUR_RAW));
}

#endif

static void products(uint32_t x0, uint32_t x1, const int32_t *weights, int32_t *raw, int32_t *even) {
    const uint32_t w0 = (uint32_t)weights[0], w1 = (uint32_t)weights[1];
    *raw = tkd_smlad(x1, w1, tkd_smlad(x0, w0, *raw));
    *even = tkd_smlad(x1, tkd_sxtb16(w1), tkd_smlad(x0, tkd_sxtb16(w0), *even));
}

/* The odd output from the sum of raw words and that of the even output. */
static int32_t odd_of(int32_t raw, int32_t even) { return (int32_t)((uint32_t)raw - (uint32_t)even) >> 8; }

#if !TKD_DSP_ASM

void tkd_dsp_dot(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums) {
    int32_t raw0 = 0, even0 = 0, raw1 = 0, even1 = 0;
    for (; x != end; x += 2, weights += 4) {
        products(x[0], x[1], weights, &raw0, &even0);
        products(x[0], x[1], weights + 2, &raw1, &even1);
    }
    const tkd_dsp_sums done = {odd_of(raw0, even0), even0, odd_of(raw1, even1), even1};
    *sums = done;
}

void tkd_dsp_dot_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums) {
    int32_t raw0 = 0, even0 = 0, raw1 = 0, even1 = 0;
    for (; x != end; x += 4, weights += 4) {
        const uint32_t word = tkd_load4(x);
        products(tkd_sxtb16(word), tkd_sxtb16_odd(word), weights, &raw0, &even0);
        products(tkd_sxtb16(word), tkd_sxtb16_odd(word), weights + 2, &raw1, &even1);
    }
    const tkd_dsp_sums done = {odd_of(raw0, even0), even0, odd_of(raw1, even1), even1};
    *sums = done;
}

#endif

void tkd_dsp_dot_pair(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums) {
    int32_t raw = 0, even = 0;
    for (; x != end; x += 2, weights += 2) {
        products(x[0], x[1], weights, &raw, &even);
    }
    const tkd_dsp_sums done = {odd_of(raw, even), even, 0, 0};
    *sums = done;
}

void tkd_dsp_dot_pair_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums) {
    int32_t raw = 0, even = 0;
    for (; x != end; x += 4, weights += 2) {
        const uint32_t word = tkd_load4(x);
        products(tkd_sxtb16(word), tkd_sxtb16_odd(word), weights, &raw, &even);
    }
    const tkd_dsp_sums done = {odd_of(raw, even), even, 0, 0};
    *sums = done;
}

void tkd_dsp_last(const tkd_dsp_sums *sums, const int32_t *bias, tkd_dsp_scaling scaling, int32_t count,
                  int8_t *output) {
    int8_t all[4];
    tkd_dsp_two(sums->odd0, sums->even0, bias, &scaling, all);
    if (count > 2) {
        tkd_dsp_two(sums->odd1, sums->even1, bias + 2, &scaling, all + 2);
    }
    for (int32_t i = 0; i < count; i++) {
        output[i] = all[i];
    }
}
