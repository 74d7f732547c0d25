/* CIRCULAR_BUFFER: the last slots of a stream, the newest at the end. */
#ifndef TKD_CIRCULAR_BUFFER_H
#define TKD_CIRCULAR_BUFFER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_circular_buffer_params {
    uint32_t kept; /* [in] bytes of all slots but one */
    uint32_t slot; /* [in] bytes of one slot, at least 1 */
} tkd_circular_buffer_params;

/*
 * [in]     input   [slot], any bytes
 * [out]    output  [kept + slot]; may not be input
 * [in,out] slots   [kept + slot], kept between calls
 * [in]     p       constants
 */
void tkd_circular_buffer(const int8_t *input, int8_t *output, void *slots, const tkd_circular_buffer_params *p);

#ifdef __cplusplus
}
#endif
#endif
