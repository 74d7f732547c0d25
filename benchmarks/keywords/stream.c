/*
 * From samples of sound to events, hop by hop, on any machine that tests/conformance/run has surroundings for.
 *
 * "in" holds uint32 hops, then int16 samples; "out" gets for each hop the model's outputs, their averages, and the
 * class that fires (int16). With RUNS instead, one hop is computed again and again, and nothing is read or written.
 */
#include <string.h>

#include "io.h"
#include "words_events.h"
#include "words_features.h"
#include "words_stream.h"

/* FRAME_SAMPLES, HOP_SAMPLES (of one frame) and FFT come from the command line: runner.py has the front end. */
#define BANDS (WORDS_STREAM_INPUT_ELEMENTS / WORDS_STREAM_HOP_ROWS)

static struct {
    uint8_t arena[WORDS_STREAM_ARENA_BYTES] __attribute__((aligned(16)));
    int16_t samples[FRAME_SAMPLES];
    uint32_t noise[BANDS];
    uint32_t work[TKD_MICRO_FRONTEND_WORK_BYTES(FFT, BANDS) / 4];
    words_events events;
} all; /* all of the RAM that the way from a frame's samples to events takes */

static int16_t fired;

static void on_event(uint16_t index, const char *name, int8_t score) {
    (void)name;
    (void)score;
    fired = (int16_t)index;
}

static void hear(const int16_t *fresh) {
    memmove(all.samples, all.samples + HOP_SAMPLES, (FRAME_SAMPLES - HOP_SAMPLES) * sizeof(int16_t));
    memcpy(all.samples + FRAME_SAMPLES - HOP_SAMPLES, fresh, HOP_SAMPLES * sizeof(int16_t));
}

static const int8_t *hop(const int16_t *fresh) {
    int8_t *const input = words_stream_input(all.arena);
    for (uint32_t row = 0; row < WORDS_STREAM_HOP_ROWS; ++row) {
        hear(fresh + row * HOP_SAMPLES);
        tkd_micro_frontend_input(&words_micro_frontend, all.samples, all.noise, all.work, input + row * BANDS);
    }
    if (words_stream_invoke(all.arena) != TKD_OK) {
        io_fail("words", "the model does not run");
    }
    fired = TKD_NO_EVENT;
    (void)words_events_feed(&all.events, words_stream_output(all.arena), on_event);
    return words_stream_output(all.arena);
}

static void start(void) {
    memset(&all, 0, sizeof all);
    tkd_micro_frontend_start(&words_micro_frontend, all.noise);
    words_events_reset(&all.events);
    if (words_stream_reset(all.arena) != TKD_OK) {
        io_fail("words", "the model does not start");
    }
}

int main(void) {
    int16_t fresh[WORDS_STREAM_HOP_ROWS * HOP_SAMPLES];
    uint32_t hops = 0;
    io_open();
    io_read(&hops, sizeof hops);
    start();
    io_read(all.samples + HOP_SAMPLES, (FRAME_SAMPLES - HOP_SAMPLES) * sizeof(int16_t));
    for (uint32_t i = 0; i < hops; ++i) {
        io_read(fresh, sizeof fresh);
        io_write(hop(fresh), WORDS_STREAM_OUTPUT_BYTES);
        io_write(all.events.averages, sizeof all.events.averages);
        io_write(&fired, sizeof fired);
    }
    io_close();
    return 0;
}
