/*
 * 1x1 convolutions and FULLY_CONNECTED, int8, for Armv6-M. Equal to tkd_fully_connected_s8 in every byte.
 *
 * Each row of the input is shifted to unsigned in scratch, then multiplied with all channels: tkd_v6m_filters.h has the
 * layout of the weights and the counts.
 */
#ifndef TKD_DENSE_V6M_S8_H
#define TKD_DENSE_V6M_S8_H

#include "tkd_params.h"
#include "tkd_v6m_filters.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dense_v6m_params {
    tkd_v6m_filters filters;
    int32_t rows, depth;
    const tkd_add_scale *add; /* NULL but for tkd_dense_add_v6m_s8 */
} tkd_dense_v6m_params;

/*
 * input: [rows, depth], output: [rows, channels], Range: [-128, 127].
 * scratch, aligned to 4: depth bytes, rounded up to 4; + channels for the ADD.
 */
void tkd_dense_v6m_s8(const int8_t *input, int8_t *output, const tkd_dense_v6m_params *p, void *scratch);

/* The same, and then output = ADD(output, addend); addend has the output's shape and may be the output itself. */
void tkd_dense_add_v6m_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_v6m_params *p,
                          void *scratch);

#ifdef __cplusplus
}
#endif
#endif
