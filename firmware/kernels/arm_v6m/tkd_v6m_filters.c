#include "tkd_v6m_filters.h"

#include <string.h>

#include "tkd_v6m.h"

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)

#define UNUSED __attribute__((unused))

/* One value of k: r2 = x', r3 to r6 = w' of four channels, whose sums are in r8 to r11. */
#define ONE_K(x_offset, w0, w1, w2, w3)                                                                                \
    "ldrb   r2, [r0, #" x_offset "] \n"                                                                                \
    "ldrb   r3, [r1, #" w0 "]       \n"                                                                                \
    "ldrb   r4, [r1, #" w1 "]       \n"                                                                                \
    "ldrb   r5, [r1, #" w2 "]       \n"                                                                                \
    "ldrb   r6, [r1, #" w3 "]       \n"                                                                                \
    "muls   r3, r2, r3              \n"                                                                                \
    "muls   r4, r2, r4              \n"                                                                                \
    "muls   r5, r2, r5              \n"                                                                                \
    "muls   r6, r2, r6              \n"                                                                                \
    "add    r8, r3                  \n"                                                                                \
    "add    r9, r4                  \n"                                                                                \
    "add    r10, r5                 \n"                                                                                \
    "add    r11, r6                 \n"

/* Eight values a turn, the first time four if they are no multiple of eight. r7: end. */
__attribute__((naked)) void tkd_v6m_dot(UNUSED const uint8_t *x, UNUSED const int32_t *words, UNUSED const uint8_t *end,
                                        UNUSED int32_t sums[4]) {
    /* clang-format off */
    __asm__ volatile(
        ".syntax unified      \n"
        "push {r3-r7, lr}     \n"
        "mov  r4, r8          \n"
        "mov  r5, r9          \n"
        "mov  r6, r10         \n"
        "mov  r7, r11         \n"
        "push {r4-r7}         \n"
        "mov  r7, r2          \n"
        "subs r2, r2, r0      \n" /* values of k */
        "movs r3, #0          \n"
        "mov  r8, r3          \n"
        "mov  r9, r3          \n"
        "mov  r10, r3         \n"
        "mov  r11, r3         \n"
        "lsls r2, r2, #29     \n" /* bit 2 */
        "bpl  1f              \n"
        "subs r0, #4          \n"
        "subs r1, #16         \n"
        "b    2f              \n"
        "1:                   \n"
        ONE_K("0", "0", "1", "2", "3")
        ONE_K("1", "4", "5", "6", "7")
        ONE_K("2", "8", "9", "10", "11")
        ONE_K("3", "12", "13", "14", "15")
        "2:                   \n"
        ONE_K("4", "16", "17", "18", "19")
        ONE_K("5", "20", "21", "22", "23")
        ONE_K("6", "24", "25", "26", "27")
        ONE_K("7", "28", "29", "30", "31")
        "adds r0, #8          \n"
        "adds r1, #32         \n"
        "cmp  r0, r7          \n"
        "bne  1b              \n"
        "ldr  r0, [sp, #16]   \n" /* sums */
        "mov  r4, r8          \n"
        "mov  r5, r9          \n"
        "mov  r6, r10         \n"
        "mov  r7, r11         \n"
        "stm  r0!, {r4-r7}    \n"
        "pop  {r4-r7}         \n"
        "mov  r8, r4          \n"
        "mov  r9, r5          \n"
        "mov  r10, r6         \n"
        "mov  r11, r7         \n"
        "pop  {r3-r7, pc}     \n");
    /* clang-format on */
}

#else

void tkd_v6m_dot(const uint8_t *x, const int32_t *words, const uint8_t *end, int32_t sums[4]) {
    uint32_t a = 0, b = 0, c = 0, d = 0;
    while (x != end) {
        const uint32_t value = *x++, word = (uint32_t)*words++;
        a += value * (word & 0xffu);
        b += value * ((word >> 8) & 0xffu);
        c += value * ((word >> 16) & 0xffu);
        d += value * (word >> 24);
    }
    sums[0] = (int32_t)a;
    sums[1] = (int32_t)b;
    sums[2] = (int32_t)c;
    sums[3] = (int32_t)d;
}

#endif

void tkd_v6m_pixel(const uint8_t *x, uint32_t total, int8_t *output, const tkd_v6m_filters *f) {
    const uint8_t *const end = x + f->depth;
    const int32_t *stream = f->stream;
    const int32_t shifted = (int32_t)(total << 7);
    for (int32_t left = f->channels; left > 0; left -= 4) {
        int32_t sums[4];
        uint32_t e = (uint32_t)stream[8];
        tkd_v6m_dot(x, stream + 9, end, sums);
        const int32_t count = left < 4 ? left : 4;
        for (int32_t i = 0; i < count; i++, stream += 2, e >>= 8) {
            const int32_t acc = (int32_t)((uint32_t)sums[i] + (uint32_t)stream[0] - (uint32_t)shifted);
            const int32_t v = tkd_v6m_requantize(acc, stream[1], f->round, e & 0xffu);
            *output++ = (int8_t)(v < f->min ? f->min : v > f->max ? f->max : v);
        }
        stream += 8 - 2 * count + 1 + f->depth;
    }
}

uint8_t *tkd_v6m_copy(uint8_t *to, const int8_t *from, size_t bytes, uint32_t *total) {
    uint32_t sum = *total;
    if ((((uintptr_t)from | (uintptr_t)to) & 3u) == 0u) {
        for (; bytes >= 4; bytes -= 4, from += 4, to += 4) {
            uint32_t word;
            memcpy(&word, __builtin_assume_aligned(from, 4), 4);
            word ^= 0x80808080u;
            memcpy(__builtin_assume_aligned(to, 4), &word, 4);
            word = (word & 0x00ff00ffu) + ((word >> 8) & 0x00ff00ffu);
            sum += (word & 0xffffu) + (word >> 16);
        }
    }
    for (; bytes > 0; bytes--) {
        const uint8_t value = (uint8_t)(*from++ ^ 0x80);
        sum += value;
        *to++ = value;
    }
    *total = sum;
    return to;
}

uint8_t *tkd_v6m_fill(uint8_t *to, int32_t value, size_t bytes, uint32_t *total) {
    const uint8_t shifted = (uint8_t)(value + 128);
    *total += (uint32_t)bytes * shifted;
    for (; bytes > 0; bytes--) {
        *to++ = shifted;
    }
    return to;
}
