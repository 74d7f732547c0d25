/* The loop of tkd_dense_v6m_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_DENSE_V6M_BODY_H
#define TKD_DENSE_V6M_BODY_H

#include "tkd_dense_v6m_s8.h"
#include "tkd_v6m.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void tkd_dense_v6m(const int8_t *input, const int8_t *addend, int8_t *output,
                                 const tkd_dense_v6m_params *p, void *scratch) {
    uint8_t *const pixel = (uint8_t *)scratch;
    int8_t *const result = (int8_t *)pixel + p->filters.depth;
    const int32_t channels = p->filters.channels;
    for (int32_t row = 0; row < p->rows; row++, input += p->depth, output += channels) {
        uint32_t total = 0;
        uint8_t *const end = tkd_v6m_copy(pixel, input, (size_t)p->depth, &total);
        (void)tkd_v6m_fill(end, -128, (size_t)(p->filters.depth - p->depth), &total);
        tkd_v6m_pixel(pixel, total, addend == NULL ? output : result, &p->filters);
        if (addend != NULL) {
            for (int32_t c = 0; c < channels; c++) {
                output[c] = tkd_v6m_add(result[c], *addend++, p->add);
            }
        }
    }
}

#ifdef __cplusplus
}
#endif
#endif
