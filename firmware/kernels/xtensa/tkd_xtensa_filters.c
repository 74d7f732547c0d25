#include "tkd_xtensa_filters.h"

#include <stddef.h>
#include <string.h>

#include "tkd_xtensa.h"

#define HEAD 9 /* words before the weights of four channels */
#define PIXELS TKD_XTENSA_PIXELS
#define ALL_SIGNS 0x80808080u
#define EVEN_BYTES 0x00FF00FFu
#define SAFE_WORDS 64u /* whose bytes, added by pairs, stay within 16 bits */

static uint32_t word_at(const uint8_t *from) {
    uint32_t word;
    memcpy(&word, __builtin_assume_aligned(from, 4), 4);
    return word;
}

static void put_word(uint8_t *to, uint32_t word) { memcpy(__builtin_assume_aligned(to, 4), &word, 4); }

/* From value k of a pixel on, aligned words, each with its signs turned; the sum of their bytes. */
static uint32_t put_words(uint8_t *values, uint32_t k, const uint8_t *from, uint32_t words) {
    uint32_t sum = 0, to = PIXELS * k, at = 0;
    while (words > 0) {
        const uint32_t some = words < SAFE_WORDS ? words : SAFE_WORDS;
        uint32_t pairs = 0;
        for (const uint32_t end = at + 4u * some; at != end; at += 4, to += 4 * PIXELS) {
            const uint32_t word = word_at(from + at) ^ ALL_SIGNS;
            put_word(values + to, word);
            pairs += (word & EVEN_BYTES) + ((word >> 8) & EVEN_BYTES);
        }
        sum += (pairs & 0xFFFFu) + (pairs >> 16);
        words -= some;
    }
    return sum;
}

static void fill_words(uint8_t *values, uint32_t k, uint32_t u, uint32_t words) {
    for (uint32_t to = PIXELS * k, end = to + 4u * PIXELS * words; to != end; to += 4 * PIXELS) {
        put_word(values + to, u * 0x01010101u);
    }
}

/* The place of value k of a pixel whose first is at values. */
static uint8_t *place(uint8_t *values, uint32_t k) { return values + 4u * PIXELS * (k >> 2) + (k & 3u); }

static uint32_t put_bytes(uint8_t *values, uint32_t k, const uint8_t *from, uint32_t count) {
    uint32_t sum = 0;
    for (const uint8_t *const end = from + count; from != end; from++, k++) {
        const uint8_t u = (uint8_t)(*from ^ 0x80u);
        *place(values, k) = u;
        sum += u;
    }
    return sum;
}

static void fill_bytes(uint8_t *values, uint32_t k, uint8_t u, uint32_t count) {
    for (const uint32_t end = k + count; k != end; k++) {
        *place(values, k) = u;
    }
}

void tkd_xtensa_put(tkd_xtensa_block *block, uint32_t p, uint32_t k, const int8_t *x, int8_t zero_point,
                    uint32_t count) {
    uint8_t *const values = block->values + 4u * p;
    const uint8_t u = (uint8_t)((uint8_t)zero_point ^ 0x80u), *from = (const uint8_t *)x;
    const uint32_t words = ((k | (uintptr_t)x) & 3u) == 0 ? count >> 2 : 0, done = 4u * words;
    uint32_t *sum = &block->sums[p];
    *sum = k == 0 ? 0 : *sum;
    if (x == NULL) {
        fill_words(values, k, u, words);
        fill_bytes(values, k + done, u, count - done);
        *sum += u * count;
    } else {
        *sum += put_words(values, k, from, words);
        *sum += put_bytes(values, k + done, from + done, count - done);
    }
}

void tkd_xtensa_end(tkd_xtensa_block *block, uint32_t p, uint32_t depth) {
    fill_bytes(block->values + 4u * p, depth, 0, tkd_xtensa_filled(depth) - depth);
}

/* It takes all registers but two: without optimization one more is kept for the frame. */
#if defined(__XTENSA__) && defined(__GNUC__) && defined(__OPTIMIZE__)

/* clang-format off */

/* The v of one channel: byte c of word w. An ESP8266's flash has words alone. */
#if defined(TKD_FLASH_WORDS)
#define LOAD(w, c) "l32i %[v], %[w], 4 * " w "\n extui %[v], %[v], 8 * " c ", 8\n"
#else
#define LOAD(w, c) "l8ui %[v], %[w], 4 * " w " + " c "\n"
#endif

/* One channel with both pixels' u in %[u0] and %[u1]. */
#define CHANNEL(w, c, s0, s1)            \
    LOAD(w, c)                           \
    "mull %[t], %[u0], %[v]\n"           \
    "add  " s0 ", " s0 ", %[t]\n"        \
    "mull %[v], %[u1], %[v]\n"           \
    "add  " s1 ", " s1 ", %[v]\n"

#define ONE_K(k0, k1, w)                 \
    "l8ui %[u0], %[u], " k0 "\n"         \
    "l8ui %[u1], %[u], " k1 "\n"         \
    CHANNEL(w, "0", "%[a]", "%[e]")      \
    CHANNEL(w, "1", "%[b]", "%[f]")      \
    CHANNEL(w, "2", "%[c]", "%[g]")      \
    CHANNEL(w, "3", "%[d]", "%[h]")

/* Eight values of k a turn, of which the first begins with the last four where they are an odd number of fours.
 * Where the turns end is read from memory each time. */
#define TURNS                            \
    "bbci %[u0], 2, 1f\n"                \
    "addi %[u], %[u], -16\n"             \
    "addi %[w], %[w], -16\n"             \
    "j    2f\n"                          \
    "1:\n"                               \
    ONE_K("0", "4", "0")                 \
    ONE_K("1", "5", "1")                 \
    ONE_K("2", "6", "2")                 \
    ONE_K("3", "7", "3")                 \
    "2:\n"                               \
    ONE_K("16", "20", "4")               \
    ONE_K("17", "21", "5")               \
    ONE_K("18", "22", "6")               \
    ONE_K("19", "23", "7")               \
    "l32i %[t], %[end]\n"                \
    "addi %[u], %[u], 32\n"              \
    "addi %[w], %[w], 32\n"              \
    "bne  %[u], %[t], 1b\n"

/* clang-format on */

void tkd_xtensa_dot_2x4(const uint8_t *u, const int32_t *stream, const uint32_t *of_pixels, uint32_t depth,
                        int32_t *sums) {
    const uint8_t *const end = u + tkd_xtensa_block_bytes(depth);
    const int32_t *w = stream + HEAD;
    const uint32_t first = of_pixels[0] << 7, second = of_pixels[1] << 7;
    uint32_t a = (uint32_t)stream[0] - first, b = (uint32_t)stream[1] - first, c = (uint32_t)stream[2] - first;
    uint32_t d = (uint32_t)stream[3] - first, e = (uint32_t)stream[0] - second, f = (uint32_t)stream[1] - second;
    uint32_t g = (uint32_t)stream[2] - second, h = (uint32_t)stream[3] - second;
    uint32_t u0 = tkd_xtensa_filled(depth), u1, v, t;
    __asm__ volatile(TURNS
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [e] "+r"(e), [f] "+r"(f), [g] "+r"(g),
                       [h] "+r"(h), [u] "+r"(u), [w] "+r"(w), [u0] "+r"(u0), [u1] "=&r"(u1), [v] "=&r"(v), [t] "=&r"(t)
                     : [end] "m"(end)
                     : "memory");
    sums[0] = (int32_t)a;
    sums[4] = (int32_t)b;
    sums[8] = (int32_t)c;
    sums[12] = (int32_t)d;
    sums[1] = (int32_t)e;
    sums[5] = (int32_t)f;
    sums[9] = (int32_t)g;
    sums[13] = (int32_t)h;
}

/* clang-format off */

#define CHANNEL_1(w, c, s)               \
    LOAD(w, c)                           \
    "mull %[v], %[u0], %[v]\n"           \
    "add  " s ", " s ", %[v]\n"

#define ONE_K_1(w)                       \
    "l8ui %[u0], %[u], " w "\n"          \
    CHANNEL_1(w, "0", "%[a]")            \
    CHANNEL_1(w, "1", "%[b]")            \
    CHANNEL_1(w, "2", "%[c]")            \
    CHANNEL_1(w, "3", "%[d]")

#define TURNS_1                          \
    "1:\n"                               \
    ONE_K_1("0")                         \
    ONE_K_1("1")                         \
    ONE_K_1("2")                         \
    ONE_K_1("3")                         \
    "addi %[u], %[u], 16\n"              \
    "addi %[w], %[w], 16\n"              \
    "bne  %[u], %[end], 1b\n"

/* clang-format on */

/* One pixel alone. */
static void dot_1x4(const tkd_xtensa_block *block, const int32_t *stream, uint32_t depth, int32_t *sums) {
    const uint8_t *u = block->values, *const end = u + tkd_xtensa_block_bytes(depth);
    const int32_t *w = stream + HEAD;
    const uint32_t less = block->sums[0] << 7;
    uint32_t a = (uint32_t)stream[0] - less, b = (uint32_t)stream[1] - less, u0, v;
    uint32_t c = (uint32_t)stream[2] - less, d = (uint32_t)stream[3] - less;
    __asm__ volatile(
        TURNS_1
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [u] "+r"(u), [w] "+r"(w), [u0] "=&r"(u0), [v] "=&r"(v)
        : [end] "r"(end)
        : "memory");
    sums[0] = (int32_t)a;
    sums[4] = (int32_t)b;
    sums[8] = (int32_t)c;
    sums[12] = (int32_t)d;
}

#else

/* The v of channel c, of the word of one k. */
static uint32_t weight(const int32_t *w, uint32_t c) {
#if defined(TKD_FLASH_WORDS)
    return (tkd_flash_word_at(w) >> (8u * c)) & 0xFFu;
#else
    return ((const uint8_t *)w)[c];
#endif
}

void tkd_xtensa_dot_2x4(const uint8_t *u, const int32_t *stream, const uint32_t *of_pixels, uint32_t depth,
                        int32_t *sums) {
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t sum = (uint32_t)stream[i & 3u] - (of_pixels[i >> 2] << 7);
        for (uint32_t k = 0; k < tkd_xtensa_filled(depth); k++) {
            sum += (uint32_t)u[4u * PIXELS * (k >> 2) + (k & 3u) + (i & 4u)] * weight(stream + HEAD + k, i & 3u);
        }
        sums[PIXELS * (i & 3u) + (i >> 2)] = (int32_t)sum;
    }
}

static void dot_1x4(const tkd_xtensa_block *block, const int32_t *stream, uint32_t depth, int32_t *sums) {
    const uint8_t *u = block->values;
    for (uint32_t c = 0; c < 4; c++) {
        uint32_t sum = (uint32_t)stream[c] - (block->sums[0] << 7);
        for (uint32_t k = 0; k < tkd_xtensa_filled(depth); k++) {
            sum += (uint32_t)u[4u * PIXELS * (k >> 2) + (k & 3u)] * weight(stream + HEAD + k, c);
        }
        sums[PIXELS * c] = (int32_t)sum;
    }
}

#endif

static void dot(const tkd_xtensa_block *block, uint32_t count, const int32_t *stream, uint32_t depth, int32_t *sums) {
    if (count == 1) {
        dot_1x4(block, stream, depth, sums);
        return;
    }
    tkd_xtensa_dot_2x4(block->values, stream, block->sums, depth, sums);
    if (count > 2) {
        tkd_xtensa_dot_2x4(block->values + 8, stream, block->sums + 2, depth, sums + 2);
    }
}

const int32_t *tkd_xtensa_pixels(const tkd_xtensa_block *block, uint32_t count, int8_t *output, const int32_t *stream,
                                 const tkd_xtensa_filters *f) {
    int32_t sums[4 * PIXELS];
    const uint32_t words = HEAD + tkd_xtensa_filled(f->depth);
    uint32_t to = 0;
    for (uint32_t left = f->channels; left > 0; left -= left < 4 ? left : 4, to += 4) {
        dot(block, count, stream, f->depth, sums);
        tkd_xtensa_store_four(sums, count, output + to, stream, left, f);
        stream += words;
    }
    return stream;
}

void tkd_xtensa_add(int8_t *output, const int8_t *result, const int8_t *addend, uint32_t count,
                    const tkd_add_scale *add) {
    const tkd_add_scale *const scale = TKD_PARAMS(tkd_add_scale, *add);
    for (uint32_t i = 0; i < count; i++) {
        output[i] = tkd_add(result[i], addend[i], scale);
    }
}
