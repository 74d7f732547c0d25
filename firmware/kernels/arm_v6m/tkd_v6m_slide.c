#include "tkd_v6m_slide.h"

#include "tkd_v6m.h"

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)

#define UNUSED __attribute__((unused))

#define TAP(row, x, w)                                                                                                 \
    "ldrb r3, [" row ", #" x "] \n"                                                                                    \
    "ldr  r4, [r7, #" w "]      \n"                                                                                    \
    "muls r3, r4, r3            \n"                                                                                    \
    "adds r5, r5, r3            \n"

/* r0, r1, r2 three rows of the window, r5 its sum, r7 the channel, r8 the end of its windows in this row, r9 output,
 * r10 rows left. Arithmetic as in tkd_v6m_high_mul and tkd_v6m_requantize. */
__attribute__((naked)) void tkd_v6m_slide(UNUSED const uint8_t *plane, UNUSED int8_t *output,
                                          UNUSED const tkd_v6m_channel *c) {
    /* clang-format off */
    __asm__ volatile(
        ".syntax unified       \n"
        "push {r4-r7, lr}      \n"
        "mov  r4, r8           \n"
        "mov  r5, r9           \n"
        "mov  r6, r10          \n"
        "push {r4-r6}          \n"
        "mov  r9, r1           \n"
        "movs r7, r2           \n"
        "ldr  r3, [r7, #60]    \n" /* plane_w */
        "adds r1, r0, r3       \n"
        "adds r2, r1, r3       \n"
        "ldr  r3, [r7, #80]    \n" /* rows */
        "mov  r10, r3          \n"
        "0:                    \n" /* one row of outputs */
        "ldr  r3, [r7, #68]    \n" /* width */
        "adds r3, r3, r0       \n"
        "mov  r8, r3           \n"
        "1:                    \n" /* one output */
        "ldr  r5, [r7, #36]    \n" /* bias */
        TAP("r0", "0", "0")
        TAP("r0", "1", "4")
        TAP("r0", "2", "8")
        TAP("r1", "0", "12")
        TAP("r1", "1", "16")
        TAP("r1", "2", "20")
        TAP("r2", "0", "24")
        TAP("r2", "1", "28")
        TAP("r2", "2", "32")
        "ldr  r6, [r7, #40]    \n" /* multiplier */
        "asrs r3, r5, #13      \n" /* ah */
        "lsls r5, r5, #19      \n"
        "lsrs r5, r5, #19      \n" /* al */
        "uxth r4, r6           \n" /* ml */
        "lsrs r6, r6, #16      \n" /* mh */
        "mov  r12, r6          \n"
        "movs r6, r3           \n"
        "muls r6, r4, r6       \n"
        "muls r4, r5, r4       \n"
        "lsrs r4, r4, #13      \n"
        "adds r6, r6, r4       \n"
        "asrs r6, r6, #3       \n"
        "mov  r4, r12          \n"
        "muls r5, r4, r5       \n"
        "adds r5, r5, r6       \n"
        "asrs r5, r5, #13      \n"
        "muls r3, r4, r3       \n"
        "adds r5, r5, r3       \n"
        "adds r5, #2           \n"
        "asrs r5, r5, #2       \n"
        "asrs r3, r5, #31      \n"
        "adds r5, r5, r3       \n"
        "ldr  r3, [r7, #44]    \n" /* rounded */
        "adds r5, r5, r3       \n"
        "ldr  r3, [r7, #48]    \n" /* e */
        "asrs r5, r3           \n"
        "asrs r5, r5, #1       \n"
        "ldr  r3, [r7, #52]    \n" /* min */
        "cmp  r5, r3           \n"
        "bge  2f               \n"
        "mov  r5, r3           \n"
        "2:                    \n"
        "ldr  r3, [r7, #56]    \n" /* max */
        "cmp  r5, r3           \n"
        "ble  2f               \n"
        "mov  r5, r3           \n"
        "2:                    \n"
        "mov  r3, r9           \n"
        "strb r5, [r3]         \n"
        "ldr  r4, [r7, #76]    \n" /* channels */
        "add  r9, r4           \n"
        "ldr  r3, [r7, #64]    \n" /* right */
        "adds r0, r0, r3       \n"
        "adds r1, r1, r3       \n"
        "adds r2, r2, r3       \n"
        "cmp  r0, r8           \n"
        "bne  1b               \n"
        "ldr  r3, [r7, #72]    \n" /* next */
        "adds r0, r0, r3       \n"
        "adds r1, r1, r3       \n"
        "adds r2, r2, r3       \n"
        "mov  r3, r10          \n"
        "subs r3, #1           \n"
        "mov  r10, r3          \n"
        "bne  0b               \n"
        "pop  {r4-r6}          \n"
        "mov  r8, r4           \n"
        "mov  r9, r5           \n"
        "mov  r10, r6          \n"
        "pop  {r4-r7, pc}      \n");
    /* clang-format on */
}

#else

static int32_t window_at(const uint8_t *plane, const tkd_v6m_channel *c) {
    int32_t acc = c->bias;
    for (uint32_t y = 0; y < 3; y++) {
        for (uint32_t x = 0; x < 3; x++) {
            acc += plane[y * c->plane_w + x] * c->weights[3 * y + x];
        }
    }
    return acc;
}

void tkd_v6m_slide(const uint8_t *plane, int8_t *output, const tkd_v6m_channel *c) {
    uint32_t line = 0, to = 0;
    for (uint32_t row = c->rows; row > 0; row--, line += c->width + c->next) {
        for (uint32_t x = 0; x < c->width; x += c->right, to += c->channels) {
            const int32_t scaled = tkd_v6m_high_mul(window_at(plane + line + x, c), c->multiplier);
            const int32_t v = (scaled + (scaled >> 31) + c->rounded) >> (c->e + 1);
            output[to] = (int8_t)tkd_clamp(v, c->min, c->max);
        }
    }
}

#endif
