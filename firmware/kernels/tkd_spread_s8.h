/* Pixels that lie end to end, set apart from one another: one piece of an upsampled image. */
#ifndef TKD_SPREAD_S8_H
#define TKD_SPREAD_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_spread_params {
    uint16_t batches, height, width; /* of the piece */
    uint32_t bytes;                  /* of a pixel */
    uint32_t start;                  /* of the piece's first pixel in the image, in bytes */
    uint32_t column_step, row_step, image_step;
} tkd_spread_params;

/*
 * [in]  from  [batches][height][width][bytes]
 * [out] to    the image; other bytes of it are left alone; apart from the piece
 * [in]  p     constants
 */
void tkd_spread_s8(const int8_t *from, int8_t *to, const tkd_spread_params *p);

#ifdef __cplusplus
}
#endif
#endif
