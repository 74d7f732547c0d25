/*
 * Bytes between an interrupt that receives and a program that reads: one writer, one reader, no lock.
 *
 * Each side writes its own index only, and an index is read and written whole on every core: 8 bits where
 * TKD_RING_BYTES is 256 or less, which an AVR needs. A byte that finds the ring full is lost; the frame's CRC tells.
 */
#ifndef TKD_RING_H
#define TKD_RING_H

#include <stdint.h>

#ifndef TKD_RING_BYTES
#define TKD_RING_BYTES 1024u
#endif
#if TKD_RING_BYTES & (TKD_RING_BYTES - 1u) || TKD_RING_BYTES > 32768u
#error "TKD_RING_BYTES must be a power of two, at most 32768"
#endif

#if TKD_RING_BYTES <= 256u
typedef uint8_t tkd_ring_index;
#else
typedef uint16_t tkd_ring_index;
#endif

#define TKD_RING_HOLDS (TKD_RING_BYTES - 1u) /* one place stays free: full and empty look different */

typedef struct tkd_ring {
    volatile tkd_ring_index begin, end; /* unread bytes are data[begin] .. data[end-1] */
    volatile uint8_t data[TKD_RING_BYTES];
} tkd_ring;

/* The interrupt's side. */
static inline void tkd_ring_put(tkd_ring *ring, uint8_t byte) {
    const tkd_ring_index end = ring->end;
    const tkd_ring_index next = (tkd_ring_index)((end + 1u) & (TKD_RING_BYTES - 1u));
    if (next != ring->begin) {
        ring->data[end] = byte;
        ring->end = next;
    }
}

/* The program's side: a byte 0..255, or -1. */
static inline int tkd_ring_get(tkd_ring *ring) {
    const tkd_ring_index begin = ring->begin;
    if (begin == ring->end) {
        return -1;
    }
    const uint8_t byte = ring->data[begin];
    ring->begin = (tkd_ring_index)((begin + 1u) & (TKD_RING_BYTES - 1u));
    return byte;
}

#endif
