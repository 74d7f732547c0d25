#include "tkd_slot_state.h"

#include <string.h>

#include "tkd_banks.h"
#include "tkd_crc32.h"
#include "tkd_slot.h"

#define NONE TKD_SLOT_BUILT_IN

/* There is one slot, as there is one flash. */
typedef struct slot_state {
    const tkd_nor *nor; /* NULL: no flash */
    char firmware[TKD_FIRMWARE_ID];
    tkd_bank_head used; /* of the bank in use */
    uint8_t bank;       /* in use, or NONE */
    uint8_t on_trial;
    uint8_t reverted;   /* a model was revoked since the start-up */
    uint8_t target;     /* is being written, or NONE */
    tkd_bank_head next; /* of the bank that is being written */
    uint32_t filled;    /* bytes of its payload */
    uint32_t erased;    /* end of what was erased, in bytes from the start of the flash */
} slot_state;

static slot_state slot;

/* The confirmed model that came last. */
static void use_confirmed(void) {
    for (uint32_t bank = 0; bank < TKD_BANKS; ++bank) {
        tkd_bank_head head;
        if (tkd_banks_read(slot.nor, bank, slot.firmware, &head) && tkd_banks_is_confirmed(slot.nor, bank) &&
            (slot.bank == NONE || head.sequence > slot.used.sequence)) {
            slot.bank = (uint8_t)bank;
            slot.used = head;
        }
    }
}

/* One that was never started goes before all others, once. */
static void use_untried(void) {
    for (uint32_t bank = 0; bank < TKD_BANKS; ++bank) {
        tkd_bank_head head;
        if (tkd_banks_read(slot.nor, bank, slot.firmware, &head) && !tkd_banks_is_confirmed(slot.nor, bank) &&
            !tkd_banks_is_tried(slot.nor, bank) && tkd_banks_mark_tried(slot.nor, bank) == TKD_OK) {
            slot.bank = (uint8_t)bank;
            slot.used = head;
            slot.on_trial = 1;
        }
    }
}

void tkd_slot_start(const char *firmware) {
    memset(&slot, 0, sizeof slot);
    memcpy(slot.firmware, firmware, strlen(firmware) < sizeof slot.firmware ? strlen(firmware) : sizeof slot.firmware);
    slot.bank = NONE;
    slot.target = NONE;
    slot.nor = tkd_nor_flash();
    if (slot.nor != NULL) {
        use_confirmed();
        use_untried();
    }
}

const void *tkd_slot_payload(void) {
    return slot.nor == NULL || slot.bank == NONE ? NULL : slot.nor->base + tkd_banks_payload(slot.nor, slot.bank);
}

uint8_t tkd_slot_in_use(void) { return slot.bank; }

int tkd_slot_on_trial(void) { return slot.on_trial; }

const uint8_t *tkd_slot_sha256(void) { return slot.bank == NONE ? NULL : slot.used.sha256; }

uint32_t tkd_slot_room(void) { return slot.nor == NULL ? 0u : tkd_banks_room(slot.nor); }

uint32_t tkd_slot_unit(void) { return slot.nor == NULL ? 1u : slot.nor->unit_bytes; }

static tkd_status check_wish(const tkd_slot_wish *wish) {
    const tkd_slot_facts *about = tkd_slot_about();
    if (slot.nor == NULL) {
        return TKD_ERR_FLASH;
    }
    if (slot.on_trial || slot.reverted) { /* the other bank has what comes back if this one fails, or is to come back */
        return TKD_ERR_STATE;
    }
    if (memcmp(wish->graph, about->graph, sizeof about->graph) != 0) {
        return TKD_ERR_MODEL;
    }
    const int fits = wish->bytes > 0u && wish->bytes <= tkd_banks_room(slot.nor);
    return fits && (about->payload == 0u || wish->bytes == about->payload) ? TKD_OK : TKD_ERR_RANGE;
}

tkd_status tkd_slot_begin(const tkd_slot_wish *wish) {
    const tkd_status status = check_wish(wish);
    if (status != TKD_OK) {
        return status;
    }
    slot.target = (uint8_t)(slot.bank == 0u ? 1u : 0u);
    slot.next.sequence = (slot.bank == NONE ? 0u : slot.used.sequence) + 1u;
    slot.next.bytes = wish->bytes;
    slot.next.crc = wish->crc;
    memcpy(slot.next.sha256, wish->sha256, sizeof slot.next.sha256);
    memcpy(slot.next.firmware, slot.firmware, sizeof slot.next.firmware);
    slot.filled = 0;
    const uint32_t at = tkd_banks_payload(slot.nor, slot.target);
    slot.erased = (at / slot.nor->page_bytes + 1u) * slot.nor->page_bytes;
    const tkd_status erased = tkd_banks_forget(slot.nor, slot.target);
    slot.target = (uint8_t)(erased == TKD_OK ? slot.target : NONE);
    return erased;
}

/* Pages are erased as they are reached, so that no request takes long. */
static tkd_status erase_up_to(uint32_t end) {
    while (slot.erased < end) {
        if (slot.nor->erase(slot.erased) != 0) {
            return TKD_ERR_FLASH;
        }
        slot.erased += slot.nor->page_bytes;
    }
    return TKD_OK;
}

/* The last unit is filled up. */
static int program(uint32_t at, const uint8_t *data, uint32_t bytes) {
    uint8_t unit[256];
    const uint32_t whole = bytes / slot.nor->unit_bytes * slot.nor->unit_bytes;
    int failed = whole > 0u ? slot.nor->program(at, data, whole) : 0;
    if (!failed && whole < bytes) {
        memset(unit, (int)TKD_NOR_ERASED, sizeof unit);
        memcpy(unit, data + whole, (size_t)(bytes - whole));
        failed = slot.nor->program(at + whole, unit, slot.nor->unit_bytes);
    }
    return failed || memcmp(slot.nor->base + at, data, (size_t)bytes) != 0;
}

/* A piece that is there is not written again: asking twice is safe. */
tkd_status tkd_slot_write(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    if (slot.target == NONE || offset > slot.filled) {
        return TKD_ERR_STATE;
    }
    if (bytes == 0u || offset > slot.next.bytes || bytes > slot.next.bytes - offset ||
        (bytes % slot.nor->unit_bytes != 0u && offset + bytes != slot.next.bytes)) {
        return TKD_ERR_RANGE;
    }
    const uint32_t at = tkd_banks_payload(slot.nor, slot.target) + offset;
    if (offset < slot.filled) {
        const int is_there = offset + bytes <= slot.filled && memcmp(slot.nor->base + at, data, (size_t)bytes) == 0;
        return is_there ? TKD_OK : TKD_ERR_STATE;
    }
    tkd_status status =
        erase_up_to(at + (bytes + slot.nor->unit_bytes - 1u) / slot.nor->unit_bytes * slot.nor->unit_bytes);
    if (status == TKD_OK) {
        status = program(at, data, bytes) ? TKD_ERR_FLASH : TKD_OK;
    }
    slot.filled += status == TKD_OK ? bytes : 0u;
    slot.target = (uint8_t)(status == TKD_OK ? slot.target : NONE);
    return status;
}

static int is_committed(void) {
    tkd_bank_head there;
    return tkd_banks_read(slot.nor, slot.target, slot.firmware, &there) &&
           memcmp(there.sha256, slot.next.sha256, sizeof there.sha256) == 0;
}

tkd_status tkd_slot_commit(void) {
    if (slot.target == NONE || slot.filled != slot.next.bytes) {
        return TKD_ERR_STATE;
    }
    if (is_committed()) {
        return TKD_OK;
    }
    const uint8_t *payload = slot.nor->base + tkd_banks_payload(slot.nor, slot.target);
    if (~tkd_crc32_feed(TKD_CRC32_START, payload, (size_t)slot.next.bytes) != slot.next.crc) {
        slot.target = NONE;
        return TKD_ERR_FLASH;
    }
    return tkd_banks_close(slot.nor, slot.target, &slot.next);
}

tkd_status tkd_slot_confirm(const uint8_t *sha256) {
    if (slot.bank == NONE || slot.reverted || memcmp(slot.used.sha256, sha256, sizeof slot.used.sha256) != 0) {
        return TKD_ERR_STATE;
    }
    const tkd_status status = tkd_banks_mark_confirmed(slot.nor, slot.bank);
    slot.on_trial = (uint8_t)(status == TKD_OK ? 0 : slot.on_trial);
    return status;
}

/* One that waits for its trial is revoked in place of the one in use, which runs on until the next start-up. Asked
 * twice, no second one is. */
tkd_status tkd_slot_revert(void) {
    if (slot.nor == NULL) {
        return TKD_ERR_FLASH;
    }
    if (slot.reverted) {
        return TKD_OK;
    }
    const uint8_t bank = slot.target != NONE && is_committed() ? slot.target : slot.bank;
    slot.target = NONE;
    if (bank == NONE) {
        return TKD_ERR_STATE;
    }
    const tkd_status status = tkd_banks_revoke(slot.nor, bank);
    slot.reverted = (uint8_t)(status == TKD_OK);
    return status;
}
