#include "tkd_flash.h"
#include "tkd_text_ids.h"

/* The ids of a word. */
typedef struct text_word {
    uint16_t ids[TKD_TEXT_WORD_BYTES];
    uint8_t count;
} text_word;

static uint16_t load(const uint16_t *p) { return (uint16_t)TKD_LOAD_S16((const int16_t *)p); }

/* Wherever `left` stands before `right`, from the left on. */
static void merge_pair(text_word *word, uint16_t left, uint16_t right, uint16_t merged) {
    uint8_t kept = 0;
    for (uint8_t i = 0; i < word->count; ++i) {
        const int fits = word->ids[i] == left && i + 1 < word->count && word->ids[i + 1] == right;
        word->ids[kept++] = fits ? merged : word->ids[i];
        i = (uint8_t)(i + fits);
    }
    word->count = kept;
}

/* What a merge gives is in later pairs alone: once through the list is enough. */
static void put_word(const tkd_text *p, text_word *word, tkd_text_ids *t) {
    for (uint32_t i = 0; i < p->pairs_count && word->count > 1; ++i) {
        const uint16_t *pair = p->pairs + (size_t)(2u * i);
        merge_pair(word, load(pair), load(pair + 1), (uint16_t)(TKD_TEXT_FIRST_PAIR + i));
    }
    for (uint8_t i = 0; i < word->count; ++i) {
        tkd_text_put(t, word->ids[i]);
    }
    word->count = 0;
}

static void add_byte(const tkd_text *p, text_word *word, uint8_t byte, tkd_text_ids *t) {
    if (word->count == TKD_TEXT_WORD_BYTES) {
        put_word(p, word, t);
    }
    word->ids[word->count++] = (uint16_t)(1u + byte);
}

void tkd_text_pairs(const tkd_text *p, const uint8_t *normal, int32_t *ids) {
    tkd_text_ids t = tkd_text_begin(p, normal, ids);
    text_word word = {{0}, 0};
    while (t.at != t.end) {
        add_byte(p, &word, (uint8_t)TKD_TEXT_SPACE, &t);
        for (; tkd_text_in_word(&t); ++t.at) {
            add_byte(p, &word, *t.at, &t);
        }
        put_word(p, &word, &t);
        tkd_text_skip_space(&t);
    }
    tkd_text_finish(&t);
}
