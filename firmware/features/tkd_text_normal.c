#include "tkd_text.h"

#include <string.h>

#include "tkd_flash.h"

#define REPLACEMENT 0xFFFDu
#define SPACE 0x20u

/* First and last code point of what is a space. */
static const uint16_t spaces[][2] TKD_FLASH = {
    {0x0000, 0x0020}, {0x007F, 0x00A0}, {0x2000, 0x200F}, {0x2028, 0x202F},
    {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

/* And of what else is between words. */
static const uint16_t separators[][2] TKD_FLASH = {
    {0x0021, 0x002F}, {0x003A, 0x0040}, {0x005B, 0x0060}, {0x007B, 0x007E}, {0x00A1, 0x00A9},
    {0x00AB, 0x00B4}, {0x00B6, 0x00B9}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7}, {0x00F7, 0x00F7},
    {0x2010, 0x205E}, {0x3001, 0x3003}, {0x3008, 0x3011}, {0x3014, 0x301F},
};

/* Unicode's simple lower case: every `step`-th from `first` to `last` becomes itself + `delta`. */
static const struct {
    uint16_t first, last, step;
    int16_t delta;
} lower[] TKD_FLASH = {
    {0x0041, 0x005A, 1, 32},   {0x00C0, 0x00D6, 1, 32},   {0x00D8, 0x00DE, 1, 32}, {0x0100, 0x012E, 2, 1},
    {0x0130, 0x0130, 1, -199}, {0x0132, 0x0136, 2, 1},    {0x0139, 0x0147, 2, 1},  {0x014A, 0x0176, 2, 1},
    {0x0178, 0x0178, 1, -121}, {0x0179, 0x017D, 2, 1},    {0x0370, 0x0372, 2, 1},  {0x0376, 0x0376, 1, 1},
    {0x037F, 0x037F, 1, 116},  {0x0386, 0x0386, 1, 38},   {0x0388, 0x038A, 1, 37}, {0x038C, 0x038C, 1, 64},
    {0x038E, 0x038F, 1, 63},   {0x0391, 0x03A1, 1, 32},   {0x03A3, 0x03AB, 1, 32}, {0x03CF, 0x03CF, 1, 8},
    {0x03D8, 0x03EE, 2, 1},    {0x03F4, 0x03F4, 1, -60},  {0x03F7, 0x03F7, 1, 1},  {0x03F9, 0x03F9, 1, -7},
    {0x03FA, 0x03FA, 1, 1},    {0x03FD, 0x03FF, 1, -130}, {0x0400, 0x040F, 1, 80}, {0x0410, 0x042F, 1, 32},
    {0x0460, 0x0480, 2, 1},    {0x048A, 0x04BE, 2, 1},    {0x04C0, 0x04C0, 1, 15}, {0x04C1, 0x04CD, 2, 1},
    {0x04D0, 0x052E, 2, 1},
};

static uint16_t load(const uint16_t *p) { return (uint16_t)TKD_LOAD_S16((const int16_t *)p); }

static int is_in(const uint16_t (*ranges)[2], uint8_t count, uint32_t code) {
    for (uint8_t i = 0; i < count; ++i) {
        if (code <= load(&ranges[i][1])) {
            return code >= load(&ranges[i][0]);
        }
    }
    return 0;
}

static uint32_t lowered(uint32_t code) {
    for (uint8_t i = 0; i < sizeof lower / sizeof *lower; ++i) {
        const uint32_t first = load(&lower[i].first);
        if (code <= load(&lower[i].last)) {
            const int is_upper = code >= first && (code - first) % load(&lower[i].step) == 0u;
            return is_upper ? (uint32_t)((int32_t)code + TKD_LOAD_S16(&lower[i].delta)) : code;
        }
    }
    return code;
}

typedef struct text_reader {
    const uint8_t *at, *end;
} text_reader;

/* The bytes behind the first one: how many there have to be, and between which values the next one. */
typedef struct text_rest {
    uint8_t count, low, high;
} text_rest;

static text_rest rest_of(uint8_t first) {
    text_rest rest = {0, 0x80u, 0xBFu};
    if (first >= 0xC2u && first <= 0xF4u) {
        rest.count = (uint8_t)(1u + (first >= 0xE0u) + (first >= 0xF0u));
    }
    rest.low = first == 0xE0u ? 0xA0u : first == 0xF0u ? 0x90u : rest.low;
    rest.high = first == 0xEDu ? 0x9Fu : first == 0xF4u ? 0x8Fu : rest.high;
    return rest;
}

/* The next code point; REPLACEMENT for the longest part that begins as UTF-8 and does not go on so. */
static uint32_t next_code(text_reader *reader) {
    const uint8_t first = *reader->at++;
    text_rest rest = rest_of(first);
    if (first < 0x80u || rest.count == 0) {
        return first < 0x80u ? first : REPLACEMENT;
    }
    uint32_t code = first & (0x3Fu >> rest.count);
    for (; rest.count > 0; --rest.count) {
        if (reader->at == reader->end || *reader->at < rest.low || *reader->at > rest.high) {
            return REPLACEMENT;
        }
        code = code << 6 | (*reader->at++ & 0x3Fu);
        rest.low = 0x80u;
        rest.high = 0xBFu;
    }
    return code;
}

/* What becomes of a code point; SPACE for all that is between words. */
static uint32_t normal_code(const tkd_text *p, uint32_t code) {
    if (code == REPLACEMENT) {
        return TKD_TEXT_SUBSTITUTE;
    }
    if (is_in(spaces, sizeof spaces / sizeof *spaces, code) ||
        (p->only_words && is_in(separators, sizeof separators / sizeof *separators, code))) {
        return SPACE;
    }
    return p->lower_case ? lowered(code) : code;
}

/* One of the bytes behind the first one. */
static uint8_t tail(uint32_t code) { return (uint8_t)(0x80u | (code & 0x3Fu)); }

/* Writes a code point as UTF-8; where it ends. */
static uint8_t *write_code(uint8_t *at, uint32_t code) {
    if (code < 0x80u) {
        *at++ = (uint8_t)code;
        return at;
    }
    if (code < 0x800u) {
        *at++ = (uint8_t)(0xC0u | code >> 6);
    } else {
        if (code < 0x10000u) {
            *at++ = (uint8_t)(0xE0u | code >> 12);
        } else {
            *at++ = (uint8_t)(0xF0u | code >> 18);
            *at++ = tail(code >> 12);
        }
        *at++ = tail(code >> 6);
    }
    *at++ = tail(code);
    return at;
}

/* Nothing becomes longer, so the text may be overwritten by what becomes of it. */
void tkd_text_normal(const tkd_text *p, const uint8_t *text, uint16_t bytes, uint8_t *normal) {
    text_reader reader = {text, text + (bytes < p->longest_bytes ? bytes : p->longest_bytes)};
    uint8_t *at = normal;
    int is_behind_space = 0;
    while (reader.at != reader.end) {
        const uint32_t code = normal_code(p, next_code(&reader));
        if (code == SPACE) {
            is_behind_space = at != normal;
            continue;
        }
        if (is_behind_space) {
            *at++ = (uint8_t)SPACE;
            is_behind_space = 0;
        }
        at = write_code(at, code);
    }
    memset(at, 0, (size_t)(normal + p->longest_bytes - at));
}
