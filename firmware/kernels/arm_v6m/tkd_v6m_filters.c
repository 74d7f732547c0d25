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

/* One of four outputs at r0 from its sum: r1 is at its constant and multiplier, the lowest byte of r7 its e, r12 the
 * rounding. Arithmetic and names as in tkd_v6m_high_mul and tkd_v6m_requantize. */
#define CHANNEL(sum, at)                                                                                               \
    "ldm  r1!, {r2, r3}   \n"                                                                                          \
    "add  r2, " sum "     \n"                                                                                          \
    "asrs r4, r2, #13     \n" /* ah */                                                                                 \
    "lsls r2, r2, #19     \n"                                                                                          \
    "lsrs r2, r2, #19     \n" /* al */                                                                                 \
    "lsrs r5, r3, #16     \n" /* mh */                                                                                 \
    "uxth r3, r3          \n" /* ml */                                                                                 \
    "movs r6, r4          \n"                                                                                          \
    "muls r6, r3, r6      \n"                                                                                          \
    "muls r3, r2, r3      \n"                                                                                          \
    "lsrs r3, r3, #13     \n"                                                                                          \
    "adds r6, r6, r3      \n"                                                                                          \
    "asrs r6, r6, #3      \n"                                                                                          \
    "muls r2, r5, r2      \n"                                                                                          \
    "adds r2, r2, r6      \n"                                                                                          \
    "asrs r2, r2, #13     \n"                                                                                          \
    "muls r4, r5, r4      \n"                                                                                          \
    "adds r2, r2, r4      \n"                                                                                          \
    "adds r2, #2          \n"                                                                                          \
    "asrs r2, r2, #2      \n"                                                                                          \
    "asrs r3, r2, #31     \n"                                                                                          \
    "adds r2, r2, r3      \n"                                                                                          \
    "mov  r3, r12         \n"                                                                                          \
    "lsls r3, r7          \n"                                                                                          \
    "adds r2, r2, r3      \n"                                                                                          \
    "asrs r2, r7          \n"                                                                                          \
    "asrs r2, r2, #1      \n"                                                                                          \
    "lsrs r7, r7, #8      \n"                                                                                          \
    "ldr  r3, [sp, #12]   \n" /* min */                                                                                \
    "cmp  r2, r3          \n"                                                                                          \
    "bge  3f              \n"                                                                                          \
    "mov  r2, r3          \n"                                                                                          \
    "3:                   \n"                                                                                          \
    "ldr  r3, [sp, #16]   \n" /* max */                                                                                \
    "cmp  r2, r3          \n"                                                                                          \
    "ble  3f              \n"                                                                                          \
    "mov  r2, r3          \n"                                                                                          \
    "3:                   \n"                                                                                          \
    "strb r2, [r0, #" at "] \n"

/* Eight values a turn, the first time four if they are no multiple of eight. r7: end, lr: output. Frame: 0 x, 4 end, 8
 * minus, 12 min, 16 max, 20 output_end, 24 the stream of these four channels, 28 of the next four. */
__attribute__((naked)) const int32_t *tkd_v6m_fours(UNUSED const uint8_t *x, UNUSED const int32_t *stream,
                                                    UNUSED int8_t *output, UNUSED const tkd_v6m_tile *tile) {
    /* clang-format off */
    __asm__ volatile(
        ".syntax unified      \n"
        "push {r4-r7, lr}     \n"
        "mov  r4, r8          \n"
        "mov  r5, r9          \n"
        "mov  r6, r10         \n"
        "mov  r7, r11         \n"
        "push {r4-r7}         \n"
        "sub  sp, #32         \n"
        "mov  lr, r2          \n"
        "ldm  r3!, {r4-r7}    \n" /* end, minus, round, min */
        "mov  r12, r6         \n"
        "str  r0, [sp]        \n"
        "str  r4, [sp, #4]    \n"
        "str  r5, [sp, #8]    \n"
        "str  r7, [sp, #12]   \n"
        "ldm  r3!, {r4, r5}   \n" /* max, output_end */
        "str  r4, [sp, #16]   \n"
        "str  r5, [sp, #20]   \n"
        "0:                   \n" /* four channels */
        "str  r1, [sp, #24]   \n"
        "adds r1, #36         \n"
        "ldr  r0, [sp]        \n"
        "ldr  r7, [sp, #4]    \n"
        "ldr  r3, [sp, #8]    \n"
        "mov  r8, r3          \n"
        "mov  r9, r3          \n"
        "mov  r10, r3         \n"
        "mov  r11, r3         \n"
        "subs r2, r7, r0      \n" /* values of k */
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
        "str  r1, [sp, #28]   \n"
        "mov  r0, lr          \n"
        "ldr  r1, [sp, #24]   \n"
        "ldr  r7, [r1, #32]   \n" /* e of the four */
        CHANNEL("r8", "0")
        CHANNEL("r9", "1")
        CHANNEL("r10", "2")
        CHANNEL("r11", "3")
        "adds r0, #4          \n"
        "mov  lr, r0          \n"
        "ldr  r1, [sp, #28]   \n"
        "ldr  r2, [sp, #20]   \n"
        "cmp  r0, r2          \n"
        "beq  4f              \n"
        "b    0b              \n"
        "4:                   \n"
        "movs r0, r1          \n"
        "add  sp, #32         \n"
        "pop  {r4-r7}         \n"
        "mov  r8, r4          \n"
        "mov  r9, r5          \n"
        "mov  r10, r6         \n"
        "mov  r11, r7         \n"
        "pop  {r4-r7, pc}     \n");
    /* clang-format on */
}

#else

/* Sums of x[k] * bytes 0..3 of word k, on top of what they are. */
static void dot(const uint8_t *x, const int32_t *words, const uint8_t *end, uint32_t sums[4]) {
    while (x != end) {
        const uint32_t value = *x++, word = (uint32_t)*words++;
        for (int i = 0; i < 4; i++) {
            sums[i] += value * ((word >> (8 * i)) & 0xffu);
        }
    }
}

const int32_t *tkd_v6m_fours(const uint8_t *x, const int32_t *stream, int8_t *output, const tkd_v6m_tile *tile) {
    for (; output != tile->output_end; output += 4) {
        const uint32_t minus = (uint32_t)tile->minus;
        uint32_t sums[4] = {minus, minus, minus, minus}, e = (uint32_t)stream[8];
        dot(x, stream + 9, tile->end, sums);
        for (int32_t i = 0; i < 4; i++, e >>= 8) {
            const int32_t acc = (int32_t)(sums[i] + (uint32_t)stream[2 * i]);
            const int32_t v = tkd_v6m_requantize(acc, stream[2 * i + 1], tile->round, e & 0xffu);
            output[i] = (int8_t)tkd_clamp(v, tile->min, tile->max);
        }
        stream += 9 + (tile->end - x);
    }
    return stream;
}

#endif

void tkd_v6m_pixel(const uint8_t *x, uint32_t total, int8_t *output, const tkd_v6m_filters *f) {
    int8_t *const end = output + (f->channels & ~3u);
    const int32_t *stream = f->stream, minus = (int32_t)(0u - (total << 7)), left = f->channels & 3;
    tkd_v6m_tile tile = {x + f->depth, minus, f->round, f->min, f->max, end};
    if (end != output) {
        stream = tkd_v6m_fours(x, stream, output, &tile);
    }
    if (left > 0) {
        int8_t four[4];
        tile.output_end = four + 4;
        (void)tkd_v6m_fours(x, stream, four, &tile);
        memcpy(end, four, (size_t)left);
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
