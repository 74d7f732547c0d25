/*
 * From a sensor's frames to the model's input, one frame after another: values, rows of features, windows.
 *
 * A frame is one value of every channel. Each `hop` of them the front end makes one row of the input out of the last
 * `frame`; each `rows_per_answer` rows an inference is due. Of a model that takes its whole window, `rows` are those of
 * the window; of one that goes step by step and keeps what it remembers itself, those that are new. tinykd/live
 * computes the same on the host, equal in every byte. Constants are in the generated NAME_live.c. No clock, no I/O, no
 * heap.
 */
#ifndef TKD_LIVE_H
#define TKD_LIVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How rows are made, of one model; constant. */
typedef struct tkd_front_end {
    uint16_t frame;           /* values of each channel that one row is made of */
    uint16_t hop;             /* from the first value of one row to that of the next */
    uint16_t rows;            /* of the model's input */
    uint16_t row_bytes;       /* int8 */
    uint16_t rows_per_answer; /* from one inference to the next */
    uint8_t channels;
    uint32_t rate_millihz;     /* frames per second, times 1000 */
    void (*start)(void *work); /* nothing was measured before */
    /* samples [frame][channels], one count of which is `scale` in the sensor's unit; row [row_bytes] */
    void (*row)(const int16_t *samples, float scale, void *work, int8_t *row);
} tkd_front_end;

struct tkd_listener;

/* What the harness knows of it while it listens; all zero at the start. */
typedef struct tkd_listening {
    uint32_t taken;                   /* number of the next frame, among all that were measured */
    uint32_t reported;                /* the same, at the last report */
    uint32_t answers;                 /* inferences since the start */
    uint32_t gaps;                    /* how often frames were lost, after which windows begin anew */
    uint32_t row_ticks, answer_ticks; /* of the last row, of the last inference */
    uint32_t busy;                    /* ticks of rows and inferences since the last report */
    uint16_t report_frames;
    uint16_t peak; /* largest value since the last report, without its sign */
    uint8_t wants_rows;
    uint8_t begins; /* the next inference is the first of a stream */
} tkd_listening;

typedef struct tkd_live {
    const tkd_front_end *front_end;
    const struct tkd_listener *listener; /* &tkd_listener */
    int16_t *samples;                    /* [frame][channels] */
    int8_t *window;                      /* [rows][row_bytes], a ring of rows */
    void *work;                          /* what the front end needs; see NAME_live.h */
    void *memory;                        /* of a virtual sensor, aligned as int16_t; NULL: there is none */
    uint32_t memory_bytes;
    /* Leave these zero. */
    float scale;
    uint16_t there;     /* values of each channel in samples */
    uint16_t skip;      /* frames to pass over, where hop is longer than frame */
    uint16_t place;     /* of the oldest row */
    uint16_t rows_left; /* until the next inference */
    tkd_listening listening;
} tkd_live;

typedef enum tkd_live_event {
    TKD_LIVE_NOTHING = 0,
    TKD_LIVE_ROW = 1,   /* a row was made */
    TKD_LIVE_ANSWER = 2 /* so it was, and an inference is due */
} tkd_live_event;

/* As if nothing had been measured; one count of the sensor is `scale` in its unit. */
void tkd_live_reset(tkd_live *live, float scale);

/* The next frame, [channels]. */
tkd_live_event tkd_live_put(tkd_live *live, const volatile int16_t *frame);

/* After TKD_LIVE_ANSWER: the model's input, [rows][row_bytes], the oldest row first. */
void tkd_live_input(const tkd_live *live, int8_t *input);

/* The row that was made last, [row_bytes]. */
const int8_t *tkd_live_row(const tkd_live *live);

/* In the generated main.c of a project with [events] of sound or a sensor; else there is none. */
tkd_live *tkd_app_live(void);

#ifdef __cplusplus
}
#endif
#endif
