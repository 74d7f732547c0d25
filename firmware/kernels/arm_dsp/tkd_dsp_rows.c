#include "tkd_dsp_rows.h"

#include "tkd_dsp.h"

#if TKD_DSP_ASM

/*
 * Loop over pixels: r0 column, r1 and r3 the sums of the upper and the lower row, r2 output; weights (w0, w1) and (w1,
 * w2) of the three columns in r4 to r9. `upper` and `lower` are r10 and r11, in the order in which the row pairs lie in
 * memory. Frame: 0 twice the bias, 4 multiplier, 8 rounding, 12 e, 16 lower, 20 channels, 24 end of columns, 28
 * constants, 32 column, 36 output (of the next channel), 40 width * 32, 44 round, 48 end of channels.
 */
#define ROWS(first, second)                                                                                            \
    "push   {r4-r11, lr}               \n"                                                                             \
    "ldm    r0, {r1, r2, r3, r4, r5, r6, r7, r8} \n"                                                                   \
    "lsl    r6, r6, #5                 \n"                                                                             \
    "add    r8, r2, r8, lsl #3         \n"                                                                             \
    "sub    sp, #52                    \n"                                                                             \
    "strd   r4, r5, [sp, #16]          \n"                                                                             \
    "strd   r1, r2, [sp, #28]          \n"                                                                             \
    "strd   r3, r6, [sp, #36]          \n"                                                                             \
    "strd   r7, r8, [sp, #44]          \n"                                                                             \
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
    "sxtb16 r9, r6, ror #8             \n"                                                                             \
    "sxtb16 r8, r6                     \n"                                                                             \
    "sxtb16 r7, r5, ror #8             \n"                                                                             \
    "sxtb16 r6, r5                     \n"                                                                             \
    "sxtb16 r5, r4, ror #8             \n"                                                                             \
    "sxtb16 r4, r4                     \n"                                                                             \
    "1:                                \n" /* one pixel of both rows */                                                \
    "ldrd   " first ", " second ", [r0], #32 \n"                                                                       \
    "smuad  r1, r10, r4                \n"                                                                             \
    "smuad  r3, r11, r5                \n"                                                                             \
    "smlabt r1, r11, r5, r1            \n"                                                                             \
    "smlatb r3, r10, r4, r3            \n"                                                                             \
    "ldrd   " first ", " second ", [r0] \n"                                                                            \
    "smlad  r1, r10, r6, r1            \n"                                                                             \
    "smlad  r3, r11, r7, r3            \n"                                                                             \
    "smlabt r1, r11, r7, r1            \n"                                                                             \
    "smlatb r3, r10, r6, r3            \n"                                                                             \
    "ldrd   " first ", " second ", [r0, #32] \n"                                                                       \
    "smlad  r1, r10, r8, r1            \n"                                                                             \
    "smlad  r3, r11, r9, r3            \n"                                                                             \
    "smlabt r1, r11, r9, r1            \n"                                                                             \
    "smlatb r3, r10, r8, r3            \n"                                                                             \
    "ldrd   r10, r11, [sp]             \n"                                                                             \
    "ldrd   r12, lr, [sp, #8]          \n"                                                                             \
    "qdadd  r1, r10, r1                \n"                                                                             \
    "qdadd  r3, r10, r3                \n"                                                                             \
    "add    r10, r12, r1, asr #31      \n"                                                                             \
    "smmlar r1, r1, r11, r10           \n"                                                                             \
    "add    r10, r12, r3, asr #31      \n"                                                                             \
    "smmlar r3, r3, r11, r10           \n"                                                                             \
    "ldrd   r10, r11, [sp, #16]        \n"                                                                             \
    "asr    r1, r1, lr                 \n"                                                                             \
    "asr    r3, r3, lr                 \n"                                                                             \
    "ssat   r1, #8, r1, asr #1         \n"                                                                             \
    "ssat   r3, #8, r3, asr #1         \n"                                                                             \
    "ldr    r12, [sp, #24]             \n"                                                                             \
    "strb   r3, [r2, r10]              \n"                                                                             \
    "strb   r1, [r2]                   \n"                                                                             \
    "add    r2, r2, r11                \n"                                                                             \
    "cmp    r0, r12                    \n"                                                                             \
    "bne    1b                         \n"                                                                             \
    "ldr    r0, [sp, #32]              \n"                                                                             \
    "ldr    r1, [sp, #48]              \n"                                                                             \
    "cmp    r0, r1                     \n"                                                                             \
    "bne    0b                         \n"                                                                             \
    "add    sp, #52                    \n"                                                                             \
    "pop    {r4-r11, pc}               \n"

__attribute__((naked)) void tkd_dsp_rows_upper_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(ROWS("r10", "r11"));
}

__attribute__((naked)) void tkd_dsp_rows_lower_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(ROWS("r11", "r10"));
}

#else

/* One pixel of both rows of one channel. */
static void pixel(const uint32_t *at, int swap, const int32_t *constants, const tkd_dsp_rows *r, int8_t *output) {
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

static void rows(const tkd_dsp_rows *r, int swap) {
    for (int32_t c = 0; c < r->count; c++) {
        for (int32_t x = 0; x < r->width; x++) {
            pixel(r->at + x * TKD_DSP_COLUMN + 2 * c, swap, r->constants + TKD_DSP_CONSTANTS * c, r,
                  r->output + x * r->channels + c);
        }
    }
}

void tkd_dsp_rows_upper_first(const tkd_dsp_rows *r) { rows(r, 0); }

void tkd_dsp_rows_lower_first(const tkd_dsp_rows *r) { rows(r, 1); }

#endif
