/* The loop of tkd_dense_rv32_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_DENSE_RV32_BODY_H
#define TKD_DENSE_RV32_BODY_H

#include <stddef.h>
#include <string.h>

#include "tkd_dense_rv32_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void tkd_dense_rv32(const int8_t *input, const int8_t *addend, int8_t *output,
                                  const tkd_dense_rv32_params *p, int8_t *result) {
    const uint32_t channels = p->filters.channels;
    for (uint32_t left = p->rows; left > 0;) {
        const uint32_t count = left < TKD_RV32_PIXELS ? left : TKD_RV32_PIXELS, values = count * channels;
        (void)tkd_rv32_pixels(input, count, addend == NULL ? output : result, p->filters.stream, &p->filters);
        if (addend != NULL) {
            tkd_rv32_add(result, addend, values, p->add);
            memcpy(output, result, values);
            addend += values;
        }
        input += count * p->filters.depth;
        output += values;
        left -= count;
    }
}

#ifdef __cplusplus
}
#endif
#endif
