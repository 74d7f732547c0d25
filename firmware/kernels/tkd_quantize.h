/*
 * Real values to integers of 8 or 16 bits and back: real = scale * (q - zero_point).
 *
 * The C twin of tinykd/graph/quantize.py: divide in float, round half away from zero, add the zero point, clamp. Equals
 * TFLM's QUANTIZE and DEQUANTIZE (AffineQuantize, Dequantize in kernels/internal/reference); where these convert a
 * float to an int32 that cannot hold it, this clamps.
 */
#ifndef TKD_QUANTIZE_H
#define TKD_QUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Within [low, high] and the zero point with them, both inside of [-32768, 32767]; NaN is high. */
static inline int32_t tkd_quantize_within(float real, float scale, int32_t zero_point, int32_t low, int32_t high) {
    const float ratio = real / scale;
    int32_t whole;
    float rest;
    if (!(ratio < 131072.0f)) {
        return high; /* also NaN */
    }
    if (ratio < -131072.0f) {
        return low;
    }
    whole = (int32_t)ratio; /* towards zero */
    rest = ratio - (float)whole;
    whole += (rest >= 0.5f) - (rest <= -0.5f) + zero_point;
    return whole < low ? low : (whole > high ? high : whole);
}

static inline int8_t tkd_quantize(float real, float scale, int32_t zero_point) {
    return (int8_t)tkd_quantize_within(real, scale, zero_point, INT8_MIN, INT8_MAX);
}

static inline uint8_t tkd_quantize_u8(float real, float scale, int32_t zero_point) {
    return (uint8_t)tkd_quantize_within(real, scale, zero_point, 0, UINT8_MAX);
}

static inline int16_t tkd_quantize_s16(float real, float scale, int32_t zero_point) {
    return (int16_t)tkd_quantize_within(real, scale, zero_point, INT16_MIN, INT16_MAX);
}

/*
 * `q` of 8 or 16 bits. TFLM multiplies in double and rounds once; a float32 scale times an integer of 17 bits is exact
 * in double, so one rounding of the float product is the same.
 */
static inline float tkd_dequantize(int32_t q, float scale, int32_t zero_point) {
    return scale * (float)(q - zero_point);
}

#ifdef __cplusplus
}
#endif
#endif
