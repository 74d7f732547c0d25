/* Microseconds since the start, from the port's 32-bit counter, which wraps after seconds. */
#ifndef TKD_MLPERF_CLOCK_H
#define TKD_MLPERF_CLOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_mlperf_clock {
    uint64_t ticks; /* since the start */
    uint32_t last;  /* the counter when it was looked at last */
} tkd_mlperf_clock;

void tkd_mlperf_clock_start(tkd_mlperf_clock *clock);

/* To be called at least once in 2^32 ticks. */
void tkd_mlperf_clock_look(tkd_mlperf_clock *clock);

/* Modulo 2^32, as the original has it. */
uint32_t tkd_mlperf_clock_us(tkd_mlperf_clock *clock);

#ifdef __cplusplus
}
#endif
#endif
