/*
 * From a text to the ids that a model takes, equal to tinykd/data/features/text in every id, whatever the bytes are.
 *
 * First UTF-8 becomes normal: what is none is a SUBSTITUTE for each maximal part of it (the Unicode Standard, 3.9),
 * controls and kinds of spaces are one space between words, upper case of Latin (with Extended-A), Greek and Cyrillic
 * becomes lower. Then its tokens become ids: hashed n-grams, bytes, or byte pairs, one function each. Constants are in
 * the generated NAME_features.h. Pinned by tests/front and tests/data/test_text_features.py.
 */
#ifndef TKD_TEXT_H
#define TKD_TEXT_H

#include <stdint.h>

#define TKD_TEXT_VERSION 1       /* of this struct and of what the functions compute */
#define TKD_TEXT_SUBSTITUTE 26u  /* a byte of a normal text: something that was no UTF-8 */
#define TKD_TEXT_WORD_BYTES 32u  /* of a word of byte pairs, its space among them; a longer one goes on as another */
#define TKD_TEXT_FIRST_PAIR 257u /* its id; those of bytes are 1 + the byte */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_text {
    const uint16_t *pairs;     /* [in] [pairs_count][2] ids, in flash; NULL: no byte pairs */
    uint16_t pairs_count;      /* [in] at most 32,510 */
    uint16_t longest_bytes;    /* [in] of a text; what is behind them is not read */
    uint16_t length;           /* [in] ids of a text; what is behind them is left out */
    uint16_t rows;             /* [in] ids are below it, 2 to 32,767 */
    uint8_t lower_case;        /* [in] whether upper case becomes lower */
    uint8_t only_words;        /* [in] whether punctuation is a space */
    uint8_t words;             /* [in] longest n-gram of words, at most 4; 0: none */
    uint8_t shortest, longest; /* [in] n-grams of characters, 2 to 8; 0: none */
} tkd_text;

/*
 * Step 1. NULs at the end of a text do not matter.
 * [in]  text    [bytes] UTF-8, or anything
 * [out] normal  [longest_bytes], zeros behind the text; may be `text`
 */
void tkd_text_normal(const tkd_text *p, const uint8_t *text, uint16_t bytes, uint8_t *normal);

/*
 * Step 2: hashes of n-grams, FNV-1a of 32 bits over " turn on" and "<tu"; those of words first.
 * [in]  normal  [longest_bytes] of step 1
 * [out] ids     [length] in [1, rows), zeros behind them
 */
void tkd_text_hashes(const tkd_text *p, const uint8_t *normal, int32_t *ids);

/* The same: 1 + each byte. */
void tkd_text_bytes(const tkd_text *p, const uint8_t *normal, int32_t *ids);

/* The same: byte pairs (Sennrich et al., 2016) of each word behind its space. */
void tkd_text_pairs(const tkd_text *p, const uint8_t *normal, int32_t *ids);

#ifdef __cplusplus
}
#endif
#endif
