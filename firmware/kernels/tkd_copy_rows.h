/* Rows of a tensor from one place of the arena to another. */
#ifndef TKD_COPY_ROWS_H
#define TKD_COPY_ROWS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Copies forwards, words at a time where all is aligned to them: memcpy of a small C library goes byte by byte.
 *
 * [out] to     [bytes]; at a lower address than from, or apart from it
 * [in]  from   [bytes]
 * [in]  bytes  how many
 */
void tkd_copy_rows(void *to, const void *from, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif
