/* Rows that are kept from one hop of a stream to the next: the oldest first, the hop's own at the end. */
#ifndef TKD_MOVE_ROWS_H
#define TKD_MOVE_ROWS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_move_rows_params {
    uint32_t kept;  /* bytes */
    uint32_t moved; /* bytes that a hop brings */
} tkd_move_rows_params;

/*
 * The last `kept` bytes become the first ones: room at the end for the rows of the next hop.
 *
 * [in,out] rows  [kept + moved], aligned to 4 bytes
 * [in]     p     constants
 */
void tkd_move_rows(void *rows, const tkd_move_rows_params *p);

#ifdef __cplusplus
}
#endif
#endif
