#include "tkd_live.h"

#include <stddef.h>
#include <string.h>

void tkd_live_reset(tkd_live *live, float scale) {
    const tkd_front_end *p = live->front_end;
    live->scale = scale;
    live->there = live->skip = live->place = 0;
    live->rows_left = p->rows;
    p->start(live->work);
}

static int8_t *row_at(const tkd_live *live, uint16_t place) {
    return live->window + (size_t)place * live->front_end->row_bytes;
}

/* What the next row shares with this one stays. */
static void slide(tkd_live *live) {
    const tkd_front_end *p = live->front_end;
    if (p->hop >= p->frame) {
        live->there = 0;
        live->skip = (uint16_t)(p->hop - p->frame);
        return;
    }
    live->there = (uint16_t)(p->frame - p->hop);
    memmove(live->samples, live->samples + (size_t)p->hop * p->channels,
            (size_t)live->there * p->channels * sizeof *live->samples);
}

static tkd_live_event make_row(tkd_live *live) {
    const tkd_front_end *p = live->front_end;
    p->row(live->samples, live->scale, live->work, row_at(live, live->place));
    live->place = (uint16_t)(live->place + 1u);
    if (live->place == p->rows) {
        live->place = 0;
    }
    slide(live);
    live->rows_left = (uint16_t)(live->rows_left - 1u);
    if (live->rows_left > 0) {
        return TKD_LIVE_ROW;
    }
    live->rows_left = p->rows_per_answer;
    return TKD_LIVE_ANSWER;
}

tkd_live_event tkd_live_put(tkd_live *live, const volatile int16_t *frame) {
    const tkd_front_end *p = live->front_end;
    if (live->skip > 0) {
        live->skip = (uint16_t)(live->skip - 1u);
        return TKD_LIVE_NOTHING;
    }
    int16_t *place = live->samples + (size_t)live->there * p->channels;
    for (uint8_t c = 0; c < p->channels; ++c) {
        place[c] = frame[c];
    }
    live->there = (uint16_t)(live->there + 1u);
    return live->there == p->frame ? make_row(live) : TKD_LIVE_NOTHING;
}

void tkd_live_input(const tkd_live *live, int8_t *input) {
    const tkd_front_end *p = live->front_end;
    const size_t old = (size_t)(p->rows - live->place) * p->row_bytes;
    memcpy(input, row_at(live, live->place), old);
    memcpy(input + old, live->window, (size_t)live->place * p->row_bytes);
}

const int8_t *tkd_live_row(const tkd_live *live) {
    return row_at(live, (uint16_t)((live->place > 0 ? live->place : live->front_end->rows) - 1u));
}
