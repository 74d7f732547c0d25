/* The model's side of a benchmark: what the runner loaded becomes an input, what comes out becomes text. */
#ifndef TKD_MLPERF_DATA_H
#define TKD_MLPERF_DATA_H

#include "tkd_mlperf.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The model's input, made anew from the buffer for each inference, which may overwrite it. */
void tkd_mlperf_load(const tkd_session *session, const tkd_mlperf *benchmark);

/*
 * "m-results-[0.123,0.877]": real values with three decimals, cut, not rounded, as the original has them. The runner
 * takes them for probabilities: logits, which the benchmark's own models do not end in, go through softmax first.
 */
void tkd_mlperf_results(const tkd_session *session, const tkd_mlperf *benchmark);

#ifdef __cplusplus
}
#endif
#endif
