/*
 * 1x1 convolutions and FULLY_CONNECTED, int8, for Xtensa LX. Equal to tkd_fully_connected_s8 in every byte.
 *
 * Four rows at a time: tkd_xtensa_filters.h has the layout of the weights and the counts.
 */
#ifndef TKD_DENSE_XTENSA_S8_H
#define TKD_DENSE_XTENSA_S8_H

#include "tkd_params.h"
#include "tkd_xtensa_filters.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dense_xtensa_params {
    tkd_xtensa_filters filters;
    uint32_t rows;
    const tkd_add_scale *add; /* NULL but for tkd_dense_add_xtensa_s8 */
} tkd_dense_xtensa_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_dense_xtensa_s8_scratch(const tkd_dense_xtensa_params *p) {
    return tkd_xtensa_block_bytes(p->filters.depth);
}

/*
 * [in]  input    [rows][depth], Range: [-128, 127]
 * [out] output   [rows][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_dense_xtensa_s8_scratch(p) bytes, aligned to 4
 */
void tkd_dense_xtensa_s8(const int8_t *input, int8_t *output, const tkd_dense_xtensa_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_dense_add_xtensa_s8_scratch(const tkd_dense_xtensa_params *p) {
    return tkd_xtensa_block_bytes(p->filters.depth) + (uint32_t)TKD_XTENSA_PIXELS * p->filters.channels;
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [rows][depth], Range: [-128, 127]
 * [in]  addend   [rows][channels], Range: [-128, 127]; may be the output itself
 * [out] output   [rows][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_dense_add_xtensa_s8_scratch(p) bytes, aligned to 4
 */
void tkd_dense_add_xtensa_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                             const tkd_dense_xtensa_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
