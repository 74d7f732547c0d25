/*
 * A sensor of yours, for `tinykd record`: what it is, how it is started, and the ring that it measures into.
 *
 * Fill in a tkd_sensor, give it to tkd_app_sensor() in src/app.cpp, and put each frame (one value of every channel)
 * into it, from an interrupt or from `poll`. The harness sends what is there as far as the tool gives credit. A frame
 * that finds no room is lost and counted; so are all after it until the ring was sent, which puts a gap between two
 * frames. One writer, one reader, no lock: each side writes its own indices only, and an index is written whole on
 * every core.
 */
#ifndef TKD_SENSOR_H
#define TKD_SENSOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__AVR__)
typedef uint8_t tkd_sensor_index; /* what an AVR reads and writes whole */
#define TKD_SENSOR_MOST_FRAMES 128u
#else
typedef uint16_t tkd_sensor_index;
#define TKD_SENSOR_MOST_FRAMES 32768u
#endif
#define TKD_SENSOR_MOST_CHANNELS 16u

struct tkd_streamer; /* in the firmware only where it is named */
extern const struct tkd_streamer tkd_streamer;
struct tkd_feed;

/* Who has the frames. */
#define TKD_STREAM_OFF 0u
#define TKD_STREAM_BLOCKS 1u /* the tool, as they are */
#define TKD_STREAM_HEARD 2u  /* the model; the tool hears what comes of it */
#define TKD_STREAM_ALONE 3u  /* the model, while nobody talks to the board */

/* What the harness knows of the stream that is on; all zero at the start. */
typedef struct tkd_stream {
    uint32_t number, limit;           /* of the next block or report; the first that may not be sent yet */
    uint32_t position;                /* of the ring's first frame, among all frames measured */
    uint32_t lost_total, lost_placed; /* frames; of them, those before `position` */
    uint16_t block_frames;
    uint8_t is_on; /* TKD_STREAM_... */
    tkd_sensor_index seen;
} tkd_stream;

typedef struct tkd_sensor {
    /* Yours. */
    const char *names;                       /* of the channels, with commas: "ax,ay,az", in plain ASCII */
    uint32_t rate_millihz;                   /* frames per second, times 1000 */
    float scale;                             /* what one count is in your unit; 1 for counts, as of a sound */
    uint8_t channels;                        /* [1, TKD_SENSOR_MOST_CHANNELS] */
    uint8_t is_sound;                        /* 1: becomes a WAV file, else a table */
    tkd_sensor_index ring_frames;            /* a power of two, at most TKD_SENSOR_MOST_FRAMES */
    volatile int16_t *ring;                  /* [ring_frames][channels] */
    int (*begin)(struct tkd_sensor *sensor); /* measures from now on; 0 when the sensor does not answer */
    void (*poll)(struct tkd_sensor *sensor); /* asked all the time, for frames that are there; may be NULL */
    void (*end)(struct tkd_sensor *sensor);  /* measures no more; may be NULL */
    const struct tkd_streamer *streamer;     /* &tkd_streamer */
    const struct tkd_feed *feed;             /* NULL: a real one */
    /* Leave these zero. */
    volatile tkd_sensor_index first, last; /* run on past ring_frames; last - first frames are there */
    volatile tkd_sensor_index lost, mended;
    tkd_stream stream;
} tkd_sensor;

/* One frame, [channels]; the writer's side. */
static inline void tkd_sensor_put(tkd_sensor *sensor, const int16_t *frame) {
    const tkd_sensor_index last = sensor->last;
    const tkd_sensor_index there = (tkd_sensor_index)(last - sensor->first);
    if (there >= sensor->ring_frames || sensor->lost != sensor->mended) {
        sensor->lost = (tkd_sensor_index)(sensor->lost + 1u);
        return;
    }
    volatile int16_t *place = sensor->ring + (size_t)(last & (sensor->ring_frames - 1u)) * sensor->channels;
    for (uint8_t i = 0; i < sensor->channels; ++i) {
        place[i] = frame[i];
    }
    sensor->last = (tkd_sensor_index)(last + 1u);
}

/* In src/app.cpp: your sensor. Without it there is none. */
tkd_sensor *tkd_app_sensor(void);

#ifdef __cplusplus
}
#endif
#endif
