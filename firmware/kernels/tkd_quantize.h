/*
 * Real values to int8 and back: real = scale * (q - zero_point).
 *
 * The C twin of tinykd/graph/quantize.py: divide in float, round half away from zero, add the zero point, clamp.
 */
#ifndef TKD_QUANTIZE_H
#define TKD_QUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline int8_t tkd_quantize(float real, float scale, int32_t zero_point) {
    const float ratio = real / scale;
    int32_t whole;
    float rest;
    if (!(ratio < 512.0f)) {
        return INT8_MAX; /* also NaN */
    }
    if (ratio < -512.0f) {
        return INT8_MIN;
    }
    whole = (int32_t)ratio; /* towards zero */
    rest = ratio - (float)whole;
    whole += (rest >= 0.5f) - (rest <= -0.5f) + zero_point;
    return (int8_t)(whole < INT8_MIN ? INT8_MIN : (whole > INT8_MAX ? INT8_MAX : whole));
}

static inline float tkd_dequantize(int8_t q, float scale, int32_t zero_point) {
    return scale * (float)(q - zero_point);
}

#ifdef __cplusplus
}
#endif
#endif
