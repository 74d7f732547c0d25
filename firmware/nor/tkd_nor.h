/*
 * A piece of NOR flash that firmware writes itself: what one driver in firmware/nor/<name>/tkd_nor.c provides.
 *
 * Erasing makes all bytes of a page 0xFF. Programming writes whole units, each once after an erasure. What is there is
 * read through `base`, like any memory. A board's file says where it lies: TKD_NOR_BASE, TKD_NOR_BYTES,
 * TKD_NOR_PAGE (bytes erased at once) and TKD_NOR_UNIT (bytes programmed at once, a power of two).
 */
#ifndef TKD_NOR_H
#define TKD_NOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_NOR_ERASED 0xFFu

typedef struct tkd_nor {
    const uint8_t *base; /* aligned to 16 */
    uint32_t bytes;      /* a multiple of page_bytes */
    uint32_t page_bytes;
    uint32_t unit_bytes;
    /* The page that begins at `offset`; 0 when it worked. */
    int (*erase)(uint32_t offset);
    /* `bytes` are a multiple of unit_bytes, and so is `offset`; 0 when it worked. */
    int (*program)(uint32_t offset, const uint8_t *data, uint32_t bytes);
} tkd_nor;

/* NULL: it cannot be used now. */
const tkd_nor *tkd_nor_flash(void);

#ifdef __cplusplus
}
#endif
#endif
