#include "tkd_rv32_filters.h"

#include "tkd_rv32.h"

#define HEAD 9 /* words before the weights of four channels */

#if TKD_RV32_ASM

#define UNUSED __attribute__((unused))

/* One pixel's value in t1 with the weights of four channels in t3 to t6. */
#define ONE_PIXEL(x, s0, s1, s2, s3)                                                                                   \
    "lb  t1, " x "          \n"                                                                                        \
    "mul t2, t1, t3         \n"                                                                                        \
    "add " s0 ", " s0 ", t2 \n"                                                                                        \
    "mul t2, t1, t4         \n"                                                                                        \
    "add " s1 ", " s1 ", t2 \n"                                                                                        \
    "mul t2, t1, t5         \n"                                                                                        \
    "add " s2 ", " s2 ", t2 \n"                                                                                        \
    "mul t2, t1, t6         \n"                                                                                        \
    "add " s3 ", " s3 ", t2 \n"

/* One value of k. a0, t0, a2, a3: pixels; a1: weights; sums in a4 to a7, s0 to s11. */
#define ONE_K(k, w0, w1, w2, w3)                                                                                       \
    "lb  t3, " w0 "(a1) \n"                                                                                            \
    "lb  t4, " w1 "(a1) \n"                                                                                            \
    "lb  t5, " w2 "(a1) \n"                                                                                            \
    "lb  t6, " w3 "(a1) \n" ONE_PIXEL(k "(a0)", "a4", "a5", "a6", "a7") ONE_PIXEL(k "(t0)", "s0", "s1", "s2", "s3")    \
        ONE_PIXEL(k "(a2)", "s4", "s5", "s6", "s7") ONE_PIXEL(k "(a3)", "s8", "s9", "s10", "s11")

#define STEP(k, words)                                                                                                 \
    "addi a0, a0, " k "     \n"                                                                                        \
    "addi t0, t0, " k "     \n"                                                                                        \
    "addi a2, a2, " k "     \n"                                                                                        \
    "addi a3, a3, " k "     \n"                                                                                        \
    "addi a1, a1, " words " \n"

/* clang-format off */

/* Eight values of k a turn, then one by one. ra: where the turns end; 56(sp): where the first pixel ends. */
__attribute__((naked)) void tkd_rv32_dot_4x4(UNUSED const int8_t *x, UNUSED const int32_t *stream,
                                             UNUSED uint32_t depth, UNUSED int32_t sums[16]) {
    __asm__ volatile(
        "addi sp, sp, -64\n"
        "sw   ra, 0(sp)\n"
        "sw   s0, 4(sp)\n"
        "sw   s1, 8(sp)\n"
        "sw   s2, 12(sp)\n"
        "sw   s3, 16(sp)\n"
        "sw   s4, 20(sp)\n"
        "sw   s5, 24(sp)\n"
        "sw   s6, 28(sp)\n"
        "sw   s7, 32(sp)\n"
        "sw   s8, 36(sp)\n"
        "sw   s9, 40(sp)\n"
        "sw   s10, 44(sp)\n"
        "sw   s11, 48(sp)\n"
        "sw   a3, 52(sp)\n"
        "add  t0, a0, a2\n"
        "sw   t0, 56(sp)\n"
        "andi t1, a2, 7\n"
        "sub  ra, t0, t1\n"
        "add  t1, t0, a2\n"
        "add  a3, t1, a2\n"
        "mv   a2, t1\n"
        "lw   a4, 0(a1)\n"
        "lw   a5, 4(a1)\n"
        "lw   a6, 8(a1)\n"
        "lw   a7, 12(a1)\n"
        "addi a1, a1, 36\n"
        "mv   s0, a4\n"
        "mv   s1, a5\n"
        "mv   s2, a6\n"
        "mv   s3, a7\n"
        "mv   s4, a4\n"
        "mv   s5, a5\n"
        "mv   s6, a6\n"
        "mv   s7, a7\n"
        "mv   s8, a4\n"
        "mv   s9, a5\n"
        "mv   s10, a6\n"
        "mv   s11, a7\n"
        "beq  a0, ra, 2f\n"
        "1:\n"
        ONE_K("0", "0", "1", "2", "3")
        ONE_K("1", "4", "5", "6", "7")
        ONE_K("2", "8", "9", "10", "11")
        ONE_K("3", "12", "13", "14", "15")
        ONE_K("4", "16", "17", "18", "19")
        ONE_K("5", "20", "21", "22", "23")
        ONE_K("6", "24", "25", "26", "27")
        ONE_K("7", "28", "29", "30", "31")
        STEP("8", "32")
        "bne  a0, ra, 1b\n"
        "2:\n"
        "lw   ra, 56(sp)\n"
        "beq  a0, ra, 4f\n"
        "3:\n"
        ONE_K("0", "0", "1", "2", "3")
        STEP("1", "4")
        "bne  a0, ra, 3b\n"
        "4:\n"
        "lw   a3, 52(sp)\n"
        "sw   a4, 0(a3)\n"
        "sw   a5, 4(a3)\n"
        "sw   a6, 8(a3)\n"
        "sw   a7, 12(a3)\n"
        "sw   s0, 16(a3)\n"
        "sw   s1, 20(a3)\n"
        "sw   s2, 24(a3)\n"
        "sw   s3, 28(a3)\n"
        "sw   s4, 32(a3)\n"
        "sw   s5, 36(a3)\n"
        "sw   s6, 40(a3)\n"
        "sw   s7, 44(a3)\n"
        "sw   s8, 48(a3)\n"
        "sw   s9, 52(a3)\n"
        "sw   s10, 56(a3)\n"
        "sw   s11, 60(a3)\n"
        "lw   ra, 0(sp)\n"
        "lw   s0, 4(sp)\n"
        "lw   s1, 8(sp)\n"
        "lw   s2, 12(sp)\n"
        "lw   s3, 16(sp)\n"
        "lw   s4, 20(sp)\n"
        "lw   s5, 24(sp)\n"
        "lw   s6, 28(sp)\n"
        "lw   s7, 32(sp)\n"
        "lw   s8, 36(sp)\n"
        "lw   s9, 40(sp)\n"
        "lw   s10, 44(sp)\n"
        "lw   s11, 48(sp)\n"
        "addi sp, sp, 64\n"
        "ret\n");
}

/* clang-format on */

#else

void tkd_rv32_dot_4x4(const int8_t *x, const int32_t *stream, uint32_t depth, int32_t sums[16]) {
    for (uint32_t i = 0; i < 16; i++) {
        const int8_t *pixel = x + (i >> 2) * depth, *weight = (const int8_t *)(stream + HEAD) + (i & 3u);
        int32_t sum = stream[i & 3u];
        for (uint32_t k = 0; k < depth; k++) {
            sum += (int32_t)pixel[k] * weight[4 * k];
        }
        sums[i] = sum;
    }
}

#endif

#define ONE_VALUE(k)                                                                                                   \
    do {                                                                                                               \
        const int32_t value = x[k];                                                                                    \
        a += value * w[4 * (k)];                                                                                       \
        b += value * w[4 * (k) + 1];                                                                                   \
        c += value * w[4 * (k) + 2];                                                                                   \
        d += value * w[4 * (k) + 3];                                                                                   \
    } while (0)

/* One pixel and four channels, four values of k a turn. */
static void dot_1x4(const int8_t *x, const int32_t *stream, uint32_t depth, int32_t sums[4]) {
    const int8_t *w = (const int8_t *)(stream + HEAD), *const end = x + depth, *const turns = x + (depth & ~3u);
    int32_t a = stream[0], b = stream[1], c = stream[2], d = stream[3];
    for (; x != turns; x += 4, w += 16) {
        ONE_VALUE(0);
        ONE_VALUE(1);
        ONE_VALUE(2);
        ONE_VALUE(3);
    }
    for (; x != end; x++, w += 4) {
        ONE_VALUE(0);
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

/* Four channels of count pixels, or as many as are left. */
static void store(const int32_t *sums, uint32_t count, int8_t *output, const int32_t *head, uint32_t left,
                  const tkd_rv32_filters *f) {
    const tkd_rv32_places at = {count, 4, f->step};
    const int32_t *const end = head + (left < 4 ? left : 4);
    tkd_rv32_scale s = {0, f->round, f->min, f->max, 0};
    for (uint32_t codes = (uint32_t)head[8]; head != end; head++, codes >>= 8, sums++, output++) {
        s.multiplier = head[4];
        s.code = codes & 0xffu;
        tkd_rv32_store(sums, output, at, s);
    }
}

const int32_t *tkd_rv32_pixels(const int8_t *x, uint32_t count, int8_t *output, const int32_t *stream,
                               const tkd_rv32_filters *f) {
    int32_t sums[16];
    const uint32_t depth = f->depth;
    uint32_t to = 0;
    for (uint32_t left = f->channels; left > 0; left -= left < 4 ? left : 4) {
        if (count == 4) {
            tkd_rv32_dot_4x4(x, stream, depth, sums);
        } else {
            for (uint32_t p = 0; p < count; p++) {
                dot_1x4(x + p * depth, stream, depth, sums + 4 * p);
            }
        }
        store(sums, count, output + to, stream, left, f);
        to += 4;
        stream += HEAD + depth;
    }
    return stream;
}

void tkd_rv32_add(int8_t *output, const int8_t *addend, uint32_t count, const tkd_add_scale *add) {
    for (uint32_t i = 0; i < count; i++) {
        output[i] = tkd_add(output[i], addend[i], add);
    }
}
