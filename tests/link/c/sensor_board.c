/*
 * The harness on the host's port with a sensor that runs by itself: arguments are its rate in mHz, channels, frames of
 * its ring, and the rate that it says, where that is another. Without any it is the virtual one; "none": no sensor,
 * "dead": one that does not begin. Value c of frame i is i * 31 + c * 977 modulo 2^16, so that every frame shows its
 * number.
 */
#include <stdlib.h>
#include <string.h>

#include "fake_model.h"
#include "tkd_port.h"
#include "tkd_virtual_sensor.h"

static __attribute__((aligned(TKD_ARENA_ALIGN))) uint8_t arena[FAKE_ARENA];
static tkd_virtual_sensor virtual_one = TKD_VIRTUAL_SENSOR;
static int16_t ring[1u << 16];
static uint32_t number, ticks, true_rate_millihz;
static uint64_t due;

static int begin(tkd_sensor *sensor) {
    (void)sensor;
    number = 0;
    due = 0;
    ticks = tkd_port_ticks();
    return 1;
}

static int refuse(tkd_sensor *sensor) {
    (void)sensor;
    return 0;
}

static void poll(tkd_sensor *sensor) {
    const uint64_t period = (uint64_t)tkd_port_tick_hz() * 1000u;
    const uint32_t now = tkd_port_ticks();
    due += (uint64_t)(now - ticks) * true_rate_millihz;
    ticks = now;
    for (; due >= period; due -= period, ++number) {
        int16_t frame[TKD_SENSOR_MOST_CHANNELS];
        for (uint32_t c = 0; c < sensor->channels; ++c) {
            frame[c] = (int16_t)(uint16_t)(number * 31u + c * 977u);
        }
        tkd_sensor_put(sensor, frame);
    }
}

int main(int argc, char **argv) {
    tkd_sensor own = {
        "a,b,c,d,e,f",           0, 0.5f, 0, 0, 0, ring, begin, poll, NULL, &tkd_streamer, NULL, 0, 0, 0, 0,
        {0, 0, 0, 0, 0, 0, 0, 0}};
    tkd_firmware firmware = FAKE_FIRMWARE;
    firmware.sensor = argc < 2 ? &virtual_one.sensor : &own;
    if (argc > 3) {
        own.rate_millihz = (uint32_t)atol(argv[1]);
        own.channels = (uint8_t)atoi(argv[2]);
        own.ring_frames = (tkd_sensor_index)atoi(argv[3]);
        own.is_sound = own.channels == 1;
        true_rate_millihz = own.rate_millihz;
        own.rate_millihz = argc > 4 ? (uint32_t)atol(argv[4]) : own.rate_millihz;
    } else if (argc > 1 && strcmp(argv[1], "none") == 0) {
        firmware.sensor = NULL;
    } else if (argc > 1) {
        own.rate_millihz = 100000;
        own.channels = 1;
        own.ring_frames = 16;
        own.begin = refuse;
    }
    tkd_port_init();
    tkd_harness_run(&fake_model, arena, sizeof arena, NULL, &firmware);
    return 0;
}
