#include "tkd_banks.h"

#include <string.h>

#include "tkd_bytes.h"
#include "tkd_crc32.h"

#define MAGIC 0x736B6474u /* "tdks" */
#define HEAD_BYTES 68u    /* magic, sequence, bytes, crc, sha256, firmware, crc of what is before it */
#define CRC_AT (HEAD_BYTES - 4u)
#define ALIGN 16u
#define MOST_UNIT 256u /* bytes */
#define MARK 0x00u     /* every byte of a mark that is set */

static uint32_t in_units(uint32_t bytes, uint32_t unit) { return (bytes + unit - 1u) / unit * unit; }

static uint32_t tried_at(const tkd_nor *nor) { return in_units(HEAD_BYTES, nor->unit_bytes); }

static uint32_t confirmed_at(const tkd_nor *nor) { return tried_at(nor) + nor->unit_bytes; }

static uint32_t revoked_at(const tkd_nor *nor) { return confirmed_at(nor) + nor->unit_bytes; }

static uint32_t head_room(const tkd_nor *nor) {
    return in_units(revoked_at(nor) + nor->unit_bytes, nor->unit_bytes > ALIGN ? nor->unit_bytes : ALIGN);
}

static uint32_t bank_bytes(const tkd_nor *nor) { return nor->bytes / TKD_BANKS / nor->page_bytes * nor->page_bytes; }

static uint32_t bank_at(const tkd_nor *nor, uint32_t bank) { return bank * bank_bytes(nor); }

uint32_t tkd_banks_room(const tkd_nor *nor) {
    const uint32_t bytes = bank_bytes(nor);
    return bytes > head_room(nor) ? bytes - head_room(nor) : 0u;
}

uint32_t tkd_banks_payload(const tkd_nor *nor, uint32_t bank) { return bank_at(nor, bank) + head_room(nor); }

static void put(uint8_t *p, uint32_t value) {
    for (uint32_t i = 0; i < 4u; ++i) {
        p[i] = (uint8_t)(value >> (8u * i));
    }
}

static uint32_t crc_of(const uint8_t *data, uint32_t bytes) {
    return ~tkd_crc32_feed(TKD_CRC32_START, data, (size_t)bytes);
}

static void unpack(const uint8_t *raw, tkd_bank_head *head) {
    head->sequence = tkd_get_u32(raw + 4);
    head->bytes = tkd_get_u32(raw + 8);
    head->crc = tkd_get_u32(raw + 12);
    memcpy(head->sha256, raw + 16, sizeof head->sha256);
    memcpy(head->firmware, raw + 48, sizeof head->firmware);
}

static void pack(const tkd_bank_head *head, uint8_t *raw) {
    put(raw, MAGIC);
    put(raw + 4, head->sequence);
    put(raw + 8, head->bytes);
    put(raw + 12, head->crc);
    memcpy(raw + 16, head->sha256, sizeof head->sha256);
    memcpy(raw + 48, head->firmware, sizeof head->firmware);
    put(raw + CRC_AT, crc_of(raw, CRC_AT));
}

static int all_are(const uint8_t *p, uint32_t bytes, uint8_t value) {
    while (bytes > 0u && *p == value) {
        ++p;
        --bytes;
    }
    return bytes == 0u;
}

/* A mark that was cut off is there. */
static int has(const tkd_nor *nor, uint32_t bank, uint32_t mark) {
    return !all_are(nor->base + bank_at(nor, bank) + mark, nor->unit_bytes, TKD_NOR_ERASED);
}

int tkd_banks_read(const tkd_nor *nor, uint32_t bank, const char *firmware, tkd_bank_head *head) {
    const uint8_t *raw = nor->base + bank_at(nor, bank);
    if (tkd_get_u32(raw) != MAGIC || tkd_get_u32(raw + CRC_AT) != crc_of(raw, CRC_AT) ||
        has(nor, bank, revoked_at(nor))) {
        return 0;
    }
    unpack(raw, head);
    return strncmp(head->firmware, firmware, TKD_FIRMWARE_ID) == 0 && head->bytes <= tkd_banks_room(nor) &&
           crc_of(nor->base + tkd_banks_payload(nor, bank), head->bytes) == head->crc;
}

tkd_status tkd_banks_close(const tkd_nor *nor, uint32_t bank, const tkd_bank_head *head) {
    uint8_t raw[MOST_UNIT];
    tkd_bank_head there;
    memset(raw, (int)TKD_NOR_ERASED, sizeof raw);
    pack(head, raw);
    if (nor->program(bank_at(nor, bank), raw, tried_at(nor)) != 0) {
        return TKD_ERR_FLASH;
    }
    return tkd_banks_read(nor, bank, head->firmware, &there) ? TKD_OK : TKD_ERR_FLASH;
}

int tkd_banks_is_tried(const tkd_nor *nor, uint32_t bank) { return has(nor, bank, tried_at(nor)); }

int tkd_banks_is_confirmed(const tkd_nor *nor, uint32_t bank) {
    return all_are(nor->base + bank_at(nor, bank) + confirmed_at(nor), nor->unit_bytes, MARK);
}

static tkd_status mark(const tkd_nor *nor, uint32_t offset) {
    uint8_t unit[MOST_UNIT];
    memset(unit, (int)MARK, sizeof unit);
    const int failed = nor->program(offset, unit, nor->unit_bytes);
    return failed || !all_are(nor->base + offset, nor->unit_bytes, MARK) ? TKD_ERR_FLASH : TKD_OK;
}

tkd_status tkd_banks_mark_tried(const tkd_nor *nor, uint32_t bank) {
    return mark(nor, bank_at(nor, bank) + tried_at(nor));
}

tkd_status tkd_banks_mark_confirmed(const tkd_nor *nor, uint32_t bank) {
    return tkd_banks_is_confirmed(nor, bank) ? TKD_OK : mark(nor, bank_at(nor, bank) + confirmed_at(nor));
}

tkd_status tkd_banks_revoke(const tkd_nor *nor, uint32_t bank) {
    return mark(nor, bank_at(nor, bank) + revoked_at(nor));
}

tkd_status tkd_banks_forget(const tkd_nor *nor, uint32_t bank) {
    return nor->erase(bank_at(nor, bank)) == 0 ? TKD_OK : TKD_ERR_FLASH;
}
