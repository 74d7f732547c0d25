/*
 * The serial grammar of MLPerf Tiny (EEMBC), so that its official runner can drive a board.
 *
 * After mlcommons/tiny, benchmark/api/internally_implemented.cpp, byte for byte in what the runner reads. What the
 * original lacks is here: no byte of `db` is written beyond the buffer, a command that is too long is refused whole
 * instead of being cut, '%' alone is a command like any other, the clock does not wrap after a few seconds, and no
 * result is shown before there is one. This is a program of its own: it stands in for the harness, which cannot share
 * a line with it. Neither checksum nor sequence number protect what goes over it: that is the grammar's.
 */
#ifndef TKD_MLPERF_H
#define TKD_MLPERF_H

#include <stdint.h>

#include "tkd_model.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_MLPERF_COMMAND 80u /* characters of a command, without its '%' */

/* How the bytes that the runner loads become the model's input. */
typedef enum tkd_mlperf_input {
    TKD_MLPERF_INT8 = 0,  /* they are it: kws01 */
    TKD_MLPERF_UINT8 = 1, /* pixels, less 128: ic01, vww01 */
    TKD_MLPERF_FLOAT32 =
        2 /* little endian, to be quantized: ad01, whose result is the reconstruction's mean square error */
} tkd_mlperf_input;

typedef struct tkd_mlperf {
    const char *vendor;    /* m-name-dut-[vendor] */
    const char *benchmark; /* m-model-[kws01], by which the runner chooses its script */
    tkd_mlperf_input input;
    uint8_t *buffer;       /* what `db` fills; apart from the arena, since an inference may overwrite its input */
    uint32_t buffer_bytes; /* exactly one input as the runner sends it */
} tkd_mlperf;

/* Serves the runner for ever; call it once, after tkd_port_init(). */
void tkd_mlperf_run(const tkd_model *model, void *arena, uint32_t arena_bytes, const tkd_mlperf *benchmark);

#ifdef __cplusplus
}
#endif
#endif
