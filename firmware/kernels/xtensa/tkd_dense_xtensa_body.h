/* The loop of tkd_dense_xtensa_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_DENSE_XTENSA_BODY_H
#define TKD_DENSE_XTENSA_BODY_H

#include <stddef.h>

#include "tkd_dense_xtensa_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void tkd_dense_xtensa(const int8_t *input, const int8_t *addend, int8_t *output,
                                    const tkd_dense_xtensa_params *p, void *scratch) {
    const uint32_t channels = p->filters.channels, depth = p->filters.depth;
    tkd_xtensa_block block = {(uint8_t *)scratch, {0}};
    int8_t *const result = (int8_t *)scratch + tkd_xtensa_block_bytes(depth);
    for (uint32_t left = p->rows; left > 0;) {
        const uint32_t count = left < TKD_XTENSA_PIXELS ? left : TKD_XTENSA_PIXELS, values = count * channels;
        for (uint32_t i = 0; i < count; i++, input += depth) {
            tkd_xtensa_put(&block, i, 0, input, 0, depth);
            tkd_xtensa_end(&block, i, depth);
        }
        (void)tkd_xtensa_pixels(&block, count, addend == NULL ? output : result, p->filters.stream, &p->filters);
        if (addend != NULL) {
            tkd_xtensa_add(output, result, addend, values, p->add);
            addend += values;
        }
        output += values;
        left -= count;
    }
}

#ifdef __cplusplus
}
#endif
#endif
