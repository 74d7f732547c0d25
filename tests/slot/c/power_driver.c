/*
 * The slot on a flash that loses power: at its n-th word, for every n there is. A word that is programmed when the
 * power goes keeps some of its ones, a page that is erased then is erased in part. After each cut the firmware starts
 * again, and must use a model that is whole: the new one if it was confirmed, else the one before, which stays.
 * Between two starts nothing is written over the model that is in use: it may be computed with at any moment.
 *
 * usage: power_driver     prints how often the power was cut, or what was wrong (exit code 1)
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tkd_banks.h"
#include "tkd_crc32.h"
#include "tkd_nor.h"
#include "tkd_slot.h"
#include "tkd_slot_state.h"

#define WORD 4u
#define BYTES (2u * BANK_PAGES * PAGE)
#define PAYLOAD (BANK_PAGES * PAGE - 3u * PAGE / 4u - 1u) /* no whole number of units */
#define FIRMWARE "0123456789abcdef"

static uint8_t flash[BYTES] __attribute__((aligned(16)));
static long words_left = -1; /* until the power goes; -1: it stays */
static long words_done;
static jmp_buf power_is_gone;
static uint32_t noise = 1u;

static uint8_t any_byte(void) {
    noise = noise * 1664525u + 1013904223u; /* Numerical Recipes, 7.1 */
    return (uint8_t)(noise >> 24);
}

static void spend(uint8_t *word, const uint8_t *wanted) {
    ++words_done;
    if (words_left == 0) {
        for (uint32_t i = 0; i < WORD; ++i) {
            const uint8_t mask = any_byte();
            word[i] = (uint8_t)((word[i] & mask) | (wanted[i] & (uint8_t)~mask));
        }
        longjmp(power_is_gone, 1);
    }
    words_left -= words_left > 0 ? 1 : 0;
    memcpy(word, wanted, WORD);
}

/* The model in use is read from flash as it is computed with. */
static void spare_the_model_in_use(uint32_t first, uint32_t end) {
    if (tkd_slot_in_use() != TKD_SLOT_BUILT_IN) {
        const uint32_t payload = tkd_banks_payload(tkd_nor_flash(), tkd_slot_in_use());
        if (first < payload + PAYLOAD && end > payload) {
            printf("unit %u: bytes %lu to %lu are of the model in use\n", UNIT, (unsigned long)first,
                   (unsigned long)end);
            exit(1);
        }
    }
}

static int erase(uint32_t offset) {
    static const uint8_t erased[WORD] = {0xFFu, 0xFFu, 0xFFu, 0xFFu};
    if (offset % PAGE != 0u || offset >= BYTES) {
        printf("erased at %lu\n", (unsigned long)offset);
        exit(1);
    }
    spare_the_model_in_use(offset, offset + PAGE);
    for (uint32_t i = 0; i < PAGE; i += WORD) {
        spend(flash + offset + i, erased);
    }
    return 0;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    if (offset % UNIT != 0u || bytes % UNIT != 0u || bytes > BYTES || offset > BYTES - bytes) {
        printf("programmed %lu bytes at %lu\n", (unsigned long)bytes, (unsigned long)offset);
        exit(1);
    }
    spare_the_model_in_use(offset, offset + bytes);
    for (uint32_t i = 0; i < bytes; i += WORD) {
        uint8_t wanted[WORD];
        for (uint32_t k = 0; k < WORD; ++k) {
            wanted[k] = (uint8_t)(flash[offset + i + k] & data[i + k]); /* NOR: ones become zeros */
        }
        spend(flash + offset + i, wanted);
    }
    return 0;
}

const tkd_nor *tkd_nor_flash(void) {
    static const tkd_nor nor = {flash, BYTES, PAGE, UNIT, erase, program};
    return &nor;
}

static const tkd_slot_facts facts = {{7u}, PAYLOAD};

const tkd_slot_facts *tkd_slot_about(void) { return &facts; }

static void fill(uint8_t *payload, uint8_t model) {
    for (uint32_t i = 0; i < PAYLOAD; ++i) {
        payload[i] = (uint8_t)(model * 37u + i * 11u + i / 256u);
    }
}

/* 0: the built-in; else the model whose payload is there, whole; -1: something else. */
static int model_in_use(void) {
    uint8_t wanted[PAYLOAD];
    const uint8_t *payload = (const uint8_t *)tkd_slot_payload();
    if (payload == NULL) {
        return 0;
    }
    const uint8_t model = tkd_slot_sha256()[0];
    fill(wanted, model);
    return memcmp(payload, wanted, PAYLOAD) == 0 ? (int)model : -1;
}

static int send(uint8_t model) {
    uint8_t payload[PAYLOAD], sha256[32] = {model};
    fill(payload, model);
    const uint32_t crc = ~tkd_crc32_feed(TKD_CRC32_START, payload, PAYLOAD);
    const tkd_slot_wish wish = {PAYLOAD, crc, facts.graph, sha256};
    int failed = tkd_slot_begin(&wish);
    for (uint32_t at = 0; !failed && at < PAYLOAD; at += UNIT * 3u) {
        const uint32_t bytes = PAYLOAD - at < UNIT * 3u ? PAYLOAD - at : UNIT * 3u;
        failed = tkd_slot_write(at, payload + at, bytes) || tkd_slot_write(at, payload + at, bytes);
    }
    return failed || tkd_slot_commit();
}

static void boot(void) { tkd_slot_start(FIRMWARE); }

static int confirm(uint8_t model) {
    const uint8_t sha256[32] = {model};
    return tkd_slot_confirm(sha256);
}

/* The whole way, with the start-up in it. */
static int swap(uint8_t model) {
    if (send(model)) {
        return 1;
    }
    boot();
    return model_in_use() != (int)model || !tkd_slot_on_trial() || confirm(model);
}

static void fail(const char *what, long cut) {
    printf("unit %u, power cut at word %ld: %s; model %d is in use, on trial %d\n", UNIT, cut, what, model_in_use(),
           tkd_slot_on_trial());
    exit(1);
}

static void expect(int good, const char *what, long cut) {
    if (!good) {
        fail(what, cut);
    }
}

/* The state before: `confirmed` models were swapped in, the last is number `confirmed`. */
static void begin_with(uint8_t confirmed) {
    words_left = -1;
    for (uint32_t i = 0; i < BYTES; ++i) {
        flash[i] = any_byte();
    }
    boot();
    for (uint8_t model = 1; model <= confirmed; ++model) {
        expect(swap(model) == 0, "a swap without a cut failed", -1);
    }
    boot();
    expect(model_in_use() == confirmed, "not the model that was swapped in", -1);
}

/* From `old` to `old + 1`, with the power cut at word `cut`; false when there are no more words. */
static int swap_with_cut(uint8_t old, long cut) {
    const int next = old + 1;
    static volatile int was_cut; /* longjmp leaves others undefined */
    begin_with(old);
    words_left = cut;
    was_cut = 1;
    if (setjmp(power_is_gone) == 0) {
        expect(swap((uint8_t)next) == 0, "a swap without a cut failed", cut);
        was_cut = 0;
    }
    words_left = -1;
    boot();
    expect(model_in_use() == next || model_in_use() == old, "neither the old nor the new model, whole", cut);
    const int stays = model_in_use() == next && !tkd_slot_on_trial();
    expect(stays || was_cut, "the new one was confirmed and does not stay", cut);
    boot();
    expect(model_in_use() == (stays ? next : old), "a model that was not confirmed stays", cut);
    expect(swap((uint8_t)(next + 1)) == 0, "the next swap failed", cut);
    boot();
    expect(model_in_use() == next + 1, "the next swap did not stay", cut);
    return was_cut;
}

/* What is gone back from: a model that was confirmed, one on trial, one that waits for its trial. */
enum { CONFIRMED, TRIAL, WAITING, STATES };

/* `old` is confirmed and in use, but where `state` has a model on trial: that one is. */
static int in_state(int state, uint8_t old) {
    begin_with(old);
    if (state == CONFIRMED) {
        return old;
    }
    expect(send((uint8_t)(old + 1)) == 0, "could not be sent", -1);
    if (state == TRIAL) {
        boot();
        expect(tkd_slot_on_trial(), "is not on trial", -1);
    }
    return state == TRIAL ? old + 1 : old;
}

/* Back, the power cut at word `cut`; what was in use is so until the next start. */
static int revert_with_cut(int state, uint8_t old, long cut) {
    const int running = in_state(state, old), before = state == CONFIRMED ? old - 1 : old;
    static volatile int was_cut;
    words_left = cut;
    was_cut = 1;
    if (setjmp(power_is_gone) == 0) {
        expect(tkd_slot_revert() == TKD_OK, "revert failed", cut);
        was_cut = 0;
    }
    words_left = -1;
    expect(model_in_use() == running, "revert changed the model that is in use", cut);
    boot();
    const int tried = state == WAITING ? old + 1 : running;
    expect(model_in_use() == before || (was_cut && model_in_use() == tried), "not the model before, whole", cut);
    boot();
    expect(state == CONFIRMED || model_in_use() == old, "a model that was not confirmed stays", cut);
    expect(swap((uint8_t)(old + 2)) == 0, "the next swap failed", cut);
    return was_cut;
}

/* While a model is on trial nothing is written over the one that it may have to give way to. */
static void trial_protects(void) {
    begin_with(1);
    expect(send(2) == 0, "could not be sent", -1);
    boot();
    expect(send(3) == (int)TKD_OK + 1, "was sent over the model that is to come back", -1);
    boot();
    expect(model_in_use() == 1, "the old model is gone", -1);
}

/* A line that loses the reply makes the tool ask again: the model before must still be there. */
static void revert_may_be_asked_twice(void) {
    begin_with(2);
    expect(send(3) == 0, "could not be sent", -1);
    expect(tkd_slot_revert() == TKD_OK && tkd_slot_revert() == TKD_OK, "revert failed", -1);
    boot();
    expect(model_in_use() == 2, "more than the model that waited is gone", -1);
    begin_with(2);
    expect(tkd_slot_revert() == TKD_OK && tkd_slot_revert() == TKD_OK, "revert failed", -1);
    expect(send(3) != 0, "was sent over the model that is to come back", -1);
    expect(confirm(2) != TKD_OK, "was confirmed after it was gone back from", -1);
    boot();
    expect(model_in_use() == 1, "revert did not bring back the model before", -1);
}

/* A model that was not sent to its end is none to go back from. */
static void half_a_model_is_none(void) {
    const uint8_t sha256[32] = {3u};
    const tkd_slot_wish wish = {PAYLOAD, 0u, facts.graph, sha256};
    begin_with(1);
    expect(tkd_slot_begin(&wish) == TKD_OK, "could not be begun", -1);
    expect(tkd_slot_revert() == TKD_OK, "revert failed", -1);
    boot();
    expect(model_in_use() == 0, "revert did nothing", -1);
    expect(tkd_slot_begin(&wish) == TKD_OK && tkd_slot_revert() == TKD_ERR_STATE, "there is nothing to go back to", -1);
}

/* A firmware that is another one has nothing of it. */
static void other_firmware_ignores(void) {
    begin_with(2);
    tkd_slot_start("fedcba9876543210");
    expect(model_in_use() == 0, "another firmware takes it", -1);
}

int main(void) {
    long cuts = 0, reverts = 0;
    for (uint8_t old = 0; old < 4; ++old) {
        for (long cut = 0; swap_with_cut(old, cut); ++cut) {
            ++cuts;
        }
        for (int state = old > 0 ? CONFIRMED : TRIAL; state < STATES; ++state) {
            for (long cut = 0; revert_with_cut(state, old, cut); ++cut) {
                ++cuts;
                ++reverts;
            }
        }
    }
    trial_protects();
    revert_may_be_asked_twice();
    half_a_model_is_none();
    other_firmware_ignores();
    printf("power was cut %ld times, %ld of them while going back; a payload begins at %lu\n", cuts, reverts,
           (unsigned long)tkd_banks_payload(tkd_nor_flash(), 0));
    return 0;
}
