/*
 * A sensor of no hardware: it measures what the tool feeds it, in the board's time, into the ring of any sensor.
 *
 * Its buffers lie in the model's arena, half for the ring and half for what was fed, so it costs no memory; an
 * inference ends the stream. When a frame is due and none was fed, its clock stands still, which is counted.
 */
#ifndef TKD_VIRTUAL_SENSOR_H
#define TKD_VIRTUAL_SENSOR_H

#include "tkd_sensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_virtual_sensor {
    tkd_sensor sensor;   /* the first, so that a pointer to it is one to this */
    int16_t *fed;        /* [sensor.ring_frames][sensor.channels] */
    uint32_t taken, end; /* frames measured, frames fed */
    uint32_t ticks;      /* at the last look */
    uint64_t due;        /* since the last frame: ticks times the rate in mHz */
    uint32_t starved;    /* how often it had to wait for a frame */
    uint8_t is_dry;
} tkd_virtual_sensor;

int tkd_virtual_begin(tkd_sensor *sensor);
void tkd_virtual_poll(tkd_sensor *sensor);
extern const struct tkd_feed tkd_virtual_feed;

/* What a tkd_virtual_sensor starts as. */
#define TKD_VIRTUAL_SENSOR                                                                                             \
    {                                                                                                                  \
        {"",                                                                                                           \
         0,                                                                                                            \
         1.0f,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         tkd_virtual_begin,                                                                                            \
         tkd_virtual_poll,                                                                                             \
         NULL,                                                                                                         \
         &tkd_streamer,                                                                                                \
         &tkd_virtual_feed,                                                                                            \
         0,                                                                                                            \
         0,                                                                                                            \
         0,                                                                                                            \
         0,                                                                                                            \
         {0, 0, 0, 0, 0, 0, 0, 0}},                                                                                    \
            NULL, 0, 0, 0, 0, 0, 0                                                                                     \
    }

#ifdef __cplusplus
}
#endif
#endif
