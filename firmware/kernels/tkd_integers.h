/*
 * What the kernels take for granted where C99 leaves it to the implementation, checked where they are compiled: bytes
 * of 8 bits, two's complement (which intN_t promises for itself), a shift to the right that keeps the sign, and a
 * conversion to a signed type that drops the upper bits. GCC, Clang, IAR and Arm's compilers do all of it.
 *
 * An array of -1 elements is the error: there is no such compiler for this model.
 */
#ifndef TKD_INTEGERS_H
#define TKD_INTEGERS_H

#include <limits.h>
#include <stdint.h>

typedef char tkd_needs_bytes_of_8_bits[CHAR_BIT == 8 ? 1 : -1];
typedef char tkd_needs_twos_complement[(-1 & 3) == 3 && INT_MIN + INT_MAX == -1 ? 1 : -1];
typedef char tkd_needs_arithmetic_shifts[((int32_t)-5 >> 1) == -3 && ((int64_t)-5 >> 1) == -3 ? 1 : -1];
typedef char tkd_needs_wrapping_conversions[(int8_t)(uint8_t)200 == -56 && (int16_t)(uint16_t)40000 == -25536 ? 1 : -1];
typedef char tkd_needs_wrapping_words[(int32_t)(uint32_t)0xFFFFFFFB == -5 ? 1 : -1];

#endif
