/*
 * Products of 64 bits and quotients: what the compiler calls and Debian's libgcc for the LX106 leaves out. It has
 * multiplications of 16 and 32 bits to the low 32, and no division.
 * Source of the names: GCC Internals, Routines for integer arithmetic. tests/ports/test_xtensa.py tries them.
 */
#include <stdint.h>

typedef struct {
    uint64_t quotient, rest;
} tkd_division;

int64_t __muldi3(int64_t a, int64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);
uint64_t __udivdi3(uint64_t a, uint64_t b);
uint64_t __umoddi3(uint64_t a, uint64_t b);
int64_t __divdi3(int64_t a, int64_t b);
int64_t __moddi3(int64_t a, int64_t b);

/* By halves of 16 bits; a carry is what makes a sum smaller than its part. */
static uint64_t product(uint32_t a, uint32_t b) {
    const uint32_t a_low = a & 0xFFFFu, a_high = a >> 16, b_low = b & 0xFFFFu, b_high = b >> 16;
    const uint32_t low = a_low * b_low;
    const uint32_t first = a_high * b_low + (low >> 16);
    const uint32_t middle = a_low * b_high + (first & 0xFFFFu);
    const uint32_t high = a_high * b_high + (first >> 16) + (middle >> 16);
    return ((uint64_t)high << 32) | (middle << 16) | (low & 0xFFFFu);
}

int64_t __muldi3(int64_t a, int64_t b) {
    const uint32_t a_low = (uint32_t)a, b_low = (uint32_t)b;
    const uint32_t a_high = (uint32_t)((uint64_t)a >> 32), b_high = (uint32_t)((uint64_t)b >> 32);
    const uint64_t low = product(a_low, b_low);
    const uint32_t high = (uint32_t)(low >> 32) + a_low * b_high + a_high * b_low;
    return (int64_t)(((uint64_t)high << 32) | (uint32_t)low);
}

/* Bit by bit. By 0: all bits set, as a processor that has a division does. */
static tkd_division divide(uint64_t a, uint64_t b, int bits) {
    tkd_division found = {0, 0};
    for (int bit = bits - 1; bit >= 0; --bit) {
        const uint64_t carry = found.rest >> 63;
        found.rest = (found.rest << 1) | ((a >> bit) & 1u);
        found.quotient <<= 1;
        if (carry != 0 || found.rest >= b) {
            found.rest -= b;
            found.quotient |= 1u;
        }
    }
    return found;
}

static uint64_t size(int64_t value) { return value < 0 ? 0u - (uint64_t)value : (uint64_t)value; }

static int64_t with_sign(uint64_t value, int negative) { return (int64_t)(negative ? 0u - value : value); }

static int64_t quotient(int64_t a, int64_t b, int bits) {
    return with_sign(divide(size(a), size(b), bits).quotient, (a < 0) != (b < 0));
}

static int64_t rest(int64_t a, int64_t b, int bits) { return with_sign(divide(size(a), size(b), bits).rest, a < 0); }

uint32_t __udivsi3(uint32_t a, uint32_t b) { return (uint32_t)divide(a, b, 32).quotient; }

uint32_t __umodsi3(uint32_t a, uint32_t b) { return (uint32_t)divide(a, b, 32).rest; }

int32_t __divsi3(int32_t a, int32_t b) { return (int32_t)quotient(a, b, 32); }

int32_t __modsi3(int32_t a, int32_t b) { return (int32_t)rest(a, b, 32); }

uint64_t __udivdi3(uint64_t a, uint64_t b) { return divide(a, b, 64).quotient; }

uint64_t __umoddi3(uint64_t a, uint64_t b) { return divide(a, b, 64).rest; }

int64_t __divdi3(int64_t a, int64_t b) { return quotient(a, b, 64); }

int64_t __moddi3(int64_t a, int64_t b) { return rest(a, b, 64); }
