/* CRC-32/IEEE (reflected 0xEDB88320, as in Ethernet and zlib), four bits at a time: a table of 64 bytes. */
#ifndef TKD_CRC32_H
#define TKD_CRC32_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_CRC32_START 0xFFFFFFFFu

/* Feeds `bytes` of `data` into `crc`, which starts as TKD_CRC32_START; the checksum is the complement of the last. */
uint32_t tkd_crc32_feed(uint32_t crc, const uint8_t *data, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
