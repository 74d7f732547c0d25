/* Ids as they are found, at most as many as a text has. */
#ifndef TKD_TEXT_IDS_H
#define TKD_TEXT_IDS_H

#include <stdint.h>
#include <string.h>

#include "tkd_text.h"

#define TKD_TEXT_SPACE 0x20u

/* A normal text that is read, and where its ids go; those behind `ids_end` are left out. */
typedef struct tkd_text_ids {
    const uint8_t *at, *end;
    int32_t *ids, *ids_end;
} tkd_text_ids;

static inline tkd_text_ids tkd_text_begin(const tkd_text *p, const uint8_t *normal, int32_t *ids) {
    const uint8_t *end = (const uint8_t *)memchr(normal, 0, p->longest_bytes);
    const tkd_text_ids found = {normal, end != NULL ? end : normal + p->longest_bytes, ids, ids + p->length};
    return found;
}

static inline void tkd_text_put(tkd_text_ids *t, uint32_t id) {
    if (t->ids != t->ids_end) {
        *t->ids++ = (int32_t)id;
    }
}

/* Whether there is more of this word. */
static inline int tkd_text_in_word(const tkd_text_ids *t) { return t->at != t->end && *t->at != TKD_TEXT_SPACE; }

/* Behind a word. */
static inline void tkd_text_skip_space(tkd_text_ids *t) { t->at += t->at != t->end; }

static inline void tkd_text_finish(tkd_text_ids *t) {
    while (t->ids != t->ids_end) {
        *t->ids++ = 0;
    }
}

#endif
