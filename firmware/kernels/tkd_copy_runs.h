/* Runs of bytes that lie apart, laid end to end: rows of a signal every so often, a part of each row of an image. */
#ifndef TKD_COPY_RUNS_H
#define TKD_COPY_RUNS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_copy_runs_params {
    uint32_t start; /* bytes before the first run */
    uint32_t runs;
    uint32_t bytes; /* of a run */
    uint32_t step;  /* from the start of a run to the start of the next */
} tkd_copy_runs_params;

/*
 * [in]  input   [start + (runs - 1) * step + bytes]; any alignment
 * [out] output  [runs * bytes]; shares nothing with the input
 * [in]  p       constants
 */
void tkd_copy_runs(const void *input, void *output, const tkd_copy_runs_params *p);

#ifdef __cplusplus
}
#endif
#endif
