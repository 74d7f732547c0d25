/*
 * Products are at most 2^22, so that 256 of them fit 32 bits; such sums are added to the 64-bit ones.
 *
 * Per 16 MACs on Arm cores with DSP instructions: 6 loads, 8 SXTB16, 2 PKH, 8 SMLAD; on those with Helium 8 values of k
 * are 5 loads and 4 VMLADAV.
 */
#include "tkd_dot_s16.h"

#include "tkd_flash.h"
#include "tkd_lanes.h"

#define MOST 256

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

#include <arm_mve.h>

static void some(const int16_t *x, const int8_t *w, uint32_t step, uint32_t count, int32_t sums[4]) {
    const int8_t *const w1 = w + step, *const w2 = w1 + step, *const w3 = w2 + step;
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (uint32_t k = 0; k < count; k += 8) {
        const mve_pred16_t inside = vctp16q(count - k);
        const int16x8_t v = vldrhq_z_s16(x + k, inside);
        a = vmladavaq_s16(a, v, vldrbq_z_s16(w + k, inside));
        b = vmladavaq_s16(b, v, vldrbq_z_s16(w1 + k, inside));
        c = vmladavaq_s16(c, v, vldrbq_z_s16(w2 + k, inside));
        d = vmladavaq_s16(d, v, vldrbq_z_s16(w3 + k, inside));
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

#else

#if TKD_LANES

/* sum + x0 w0 + x2 w2 + x1 w1 + x3 w3 */
TKD_LANES_INLINE int32_t four_products(uint32_t even, uint32_t odd, const int8_t *w, int32_t sum) {
    const uint32_t four = tkd_lanes_load_s8(w);
    return tkd_lanes_sum(odd, tkd_lanes_odd(four), tkd_lanes_sum(even, tkd_lanes_even(four), sum));
}

#endif

static void some(const int16_t *x, const int8_t *w, uint32_t step, uint32_t count, int32_t sums[4]) {
    const int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
    const int16_t *const end = x + count;
    int32_t a = 0, b = 0, c = 0, d = 0;
#if TKD_LANES
    for (; end - x >= 4; x += 4, w += 4, w1 += 4, w2 += 4, w3 += 4) {
        const uint32_t low = tkd_lanes_load(x), high = tkd_lanes_load(x + 2);
        const uint32_t even = tkd_lanes_pack((int32_t)low, (int32_t)high), odd = tkd_lanes_pack_high(low, high);
        a = four_products(even, odd, w, a);
        b = four_products(even, odd, w1, b);
        c = four_products(even, odd, w2, c);
        d = four_products(even, odd, w3, d);
    }
#endif
    for (; x != end; x++) {
        const int32_t v = *x;
        a += v * TKD_LOAD_S8(w++);
        b += v * TKD_LOAD_S8(w1++);
        c += v * TKD_LOAD_S8(w2++);
        d += v * TKD_LOAD_S8(w3++);
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

#endif

void tkd_dot_s16_1x4(const int16_t *x, const int8_t *w, uint32_t step, uint32_t count, int64_t acc[4]) {
    while (count > 0) {
        const uint32_t now = count < MOST ? count : MOST;
        int32_t sums[4];
        some(x, w, step, now, sums);
        for (uint32_t i = 0; i < 4; i++) {
            acc[i] += sums[i];
        }
        x += now;
        w += now;
        count -= now;
    }
}
