#include "tkd_text_ids.h"

#define FNV_OFFSET 0x811C9DC5u
#define FNV_PRIME 0x01000193u
#define MOST_PARTS 8u /* of an n-gram */

/* Hashes of n-grams that end at the same place: state[0] of the last part alone, state[1] of the last two, ... */
typedef struct ngrams_state {
    uint32_t state[MOST_PARTS];
    uint8_t known, most;
} ngrams_state;

/* Another word or character begins. */
static void begin_part(ngrams_state *n) {
    memmove(n->state + 1, n->state, (MOST_PARTS - 1u) * sizeof *n->state);
    n->state[0] = FNV_OFFSET;
    n->known = (uint8_t)(n->known + (n->known < n->most));
}

static void feed(ngrams_state *n, uint8_t byte) {
    for (uint8_t i = 0; i < n->known; ++i) {
        n->state[i] = (n->state[i] ^ byte) * FNV_PRIME;
    }
}

/* The ids of all that end here and have `shortest` parts at least. */
static void put_ngrams(const tkd_text *p, const ngrams_state *n, uint8_t shortest, tkd_text_ids *t) {
    const uint32_t rows = p->rows;
    for (uint8_t i = 0; i < n->known; ++i) {
        if (i + 1u >= shortest) {
            tkd_text_put(t, 1u + n->state[i] % (rows - 1u));
        }
    }
}

static void put_words(const tkd_text *p, tkd_text_ids *t) {
    ngrams_state n = {{0}, 0, p->words};
    while (t->at != t->end) {
        begin_part(&n);
        feed(&n, (uint8_t)TKD_TEXT_SPACE);
        for (; tkd_text_in_word(t); ++t->at) {
            feed(&n, *t->at);
        }
        put_ngrams(p, &n, 1, t);
        tkd_text_skip_space(t);
    }
}

/* One more character of a word, of so many bytes as its first one says. */
static const uint8_t *put_character(const tkd_text *p, const uint8_t *at, ngrams_state *n, tkd_text_ids *t) {
    const uint8_t *end = at + 1 + (*at >= 0xC0u) + (*at >= 0xE0u) + (*at >= 0xF0u);
    begin_part(n);
    for (; at != end; ++at) {
        feed(n, *at);
    }
    put_ngrams(p, n, p->shortest, t);
    return at;
}

static void put_characters(const tkd_text *p, tkd_text_ids *t) {
    static const uint8_t edges[2] = {'<', '>'};
    while (t->at != t->end) {
        ngrams_state n = {{0}, 0, p->longest};
        (void)put_character(p, edges, &n, t);
        while (tkd_text_in_word(t)) {
            t->at = put_character(p, t->at, &n, t);
        }
        (void)put_character(p, edges + 1, &n, t);
        tkd_text_skip_space(t);
    }
}

void tkd_text_hashes(const tkd_text *p, const uint8_t *normal, int32_t *ids) {
    tkd_text_ids t = tkd_text_begin(p, normal, ids);
    if (p->words > 0) {
        put_words(p, &t);
    }
    t.at = p->longest > 0 ? normal : t.end;
    put_characters(p, &t);
    tkd_text_finish(&t);
}
