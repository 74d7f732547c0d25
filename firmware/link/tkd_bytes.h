/* Little-endian integers of a payload, and the smaller of two counts. */
#ifndef TKD_BYTES_H
#define TKD_BYTES_H

#include <stdint.h>

static inline uint16_t tkd_get_u16(const uint8_t *p) { return (uint16_t)(p[0] | ((uint32_t)p[1] << 8)); }

static inline uint32_t tkd_get_u32(const uint8_t *p) { return tkd_get_u16(p) | ((uint32_t)tkd_get_u16(p + 2) << 16); }

static inline uint32_t tkd_min_u32(uint32_t a, uint32_t b) { return a < b ? a : b; }

#endif
