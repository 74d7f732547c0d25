/* SVDF with an int8 state. Equals EvalIntegerSvdfReference in micro/kernels/svdf_common.cc. */
#include <stddef.h>
#include <string.h>

#include "tkd_flash.h"
#include "tkd_math.h"
#include "tkd_svdf_s8.h"

/* What filter f makes of the newest input, as an entry of the state. */
static int8_t feature(const int8_t *x, int32_t f, const tkd_svdf_params *p) {
    const int8_t *w = p->features + f * p->depth;
    int32_t sum = TKD_LOAD_S32(p->feature_bias + f);
    for (int32_t i = 0; i < p->depth; i++) {
        sum += TKD_LOAD_S8(w + i) * x[i];
    }
    const int32_t v = tkd_requantize(sum, p->feature_multiplier, p->feature_shift);
    return (int8_t)(p->state_zero + tkd_clamp(v, -128, 127));
}

/* Moves the filter's memory on by one entry and returns its product with the weights over time. */
static int32_t advance(int8_t *memory, int8_t newest, const int8_t *w, int32_t count) {
    memmove(memory, memory + 1, (size_t)(count - 1));
    memory[count - 1] = newest;
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += TKD_LOAD_S8(w + i) * memory[i];
    }
    return sum;
}

void tkd_svdf_state8_s8(const int8_t *x, int8_t *y, void *state, const tkd_svdf_params *p) {
    int8_t *memory = (int8_t *)state;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        const int8_t *w = (const int8_t *)p->times;
        int32_t f = 0;
        for (int32_t unit = 0; unit < p->units; unit++) {
            int32_t sum = TKD_LOAD_S32(p->bias + unit);
            for (int32_t r = 0; r < p->rank; r++) {
                sum += advance(memory, feature(x, f++, p), w, p->memory);
                memory += p->memory;
                w += p->memory;
            }
            const int32_t v = tkd_requantize(sum, p->y_multiplier, p->y_shift) + p->y_zero;
            *y++ = (int8_t)tkd_clamp(v, -128, 127);
        }
        x += p->depth;
    }
}
