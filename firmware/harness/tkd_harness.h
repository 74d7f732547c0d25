/*
 * The program that every board runs around a model: frames for the tool and lines for a person, on one UART.
 *
 * Needs firmware/link, one port (tkd_port.h) and one model (tkd_model.h). No heap and no file-scope state: all of
 * it, with both buffers, lives in about 0.9 KiB of stack inside tkd_harness_run (see tkd_protocol.h to make it less).
 * What goes over the wire is written down in docs/protocol.md.
 */
#ifndef TKD_HARNESS_H
#define TKD_HARNESS_H

#include <stdint.h>

#include "tkd_model.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Samples built into the firmware, for the text command `test`. */
typedef struct tkd_samples {
    uint32_t count;
    const int8_t *inputs;     /* [count][all bytes of the model's inputs] */
    const uint16_t *classes;  /* [count], the true class of each */
    const char *const *names; /* [names_count] names of the classes, or NULL */
    uint16_t names_count;
} tkd_samples;

/*
 * Serves the link for ever; call it once, after tkd_port_init(). `arena` is aligned to TKD_ARENA_ALIGN.
 * A model that cannot start (ABI, arena, reset) is not run: hello and the banner report the status, and so
 * does every request for an inference. `samples` may be NULL.
 */
void tkd_harness_run(const tkd_model *model, void *arena, uint32_t arena_bytes, const tkd_samples *samples,
                     const tkd_firmware *firmware);

#ifdef __cplusplus
}
#endif
#endif
