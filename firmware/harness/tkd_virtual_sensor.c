#include "tkd_virtual_sensor.h"

#include "tkd_port.h"
#include "tkd_streamer.h"

#define LEAST_FRAMES 16u /* of the ring, and of what may be fed ahead */

static tkd_virtual_sensor *of(tkd_sensor *sensor) { return (tkd_virtual_sensor *)(void *)sensor; }

static size_t place(const tkd_sensor *s, uint32_t number) {
    return (size_t)(number & (s->ring_frames - 1u)) * s->channels;
}

int tkd_virtual_begin(tkd_sensor *sensor) {
    tkd_virtual_sensor *v = of(sensor);
    v->taken = v->end = v->starved = 0;
    v->due = 0;
    v->is_dry = 0;
    v->ticks = tkd_port_ticks();
    return 1;
}

/* Whatever is due by the board's counter; the clock starts with the first frame that was fed. */
void tkd_virtual_poll(tkd_sensor *sensor) {
    tkd_virtual_sensor *v = of(sensor);
    const uint64_t period = (uint64_t)tkd_port_tick_hz() * 1000u;
    const uint32_t now = tkd_port_ticks();
    v->due += v->end == 0 ? 0u : (uint64_t)(now - v->ticks) * sensor->rate_millihz;
    v->ticks = now;
    for (; v->due >= period && v->taken != v->end; ++v->taken) {
        v->due -= period;
        tkd_sensor_put(sensor, v->fed + place(sensor, v->taken));
    }
    if (v->due >= period) {
        v->due = period;
        v->is_dry = 1;
    }
}

/* The largest power of two of which two times so many frames fit; 0 where that is too few. */
static uint32_t frames_of(uint32_t bytes, uint8_t channels) {
    const uint32_t most = bytes / (4u * channels);
    uint32_t frames = TKD_SENSOR_MOST_FRAMES;
    while (frames > most) {
        frames /= 2u;
    }
    return frames < LEAST_FRAMES ? 0u : frames;
}

static tkd_status prepare(tkd_sensor *sensor, void *memory, uint32_t bytes, uint32_t rate_millihz, uint8_t channels) {
    if (rate_millihz == 0 || channels == 0 || channels > TKD_SENSOR_MOST_CHANNELS) {
        return TKD_ERR_RANGE;
    }
    const uint32_t frames = frames_of(bytes, channels);
    if (memory == NULL || frames == 0) {
        return TKD_ERR_ARENA;
    }
    sensor->rate_millihz = rate_millihz;
    sensor->channels = channels;
    sensor->ring_frames = (tkd_sensor_index)frames;
    sensor->ring = (volatile int16_t *)memory;
    of(sensor)->fed = (int16_t *)memory + (size_t)frames * channels;
    return TKD_OK;
}

static int16_t get_i16(const uint8_t *p) { return (int16_t)(uint16_t)(p[0] | ((uint32_t)p[1] << 8)); }

static void take(tkd_sensor *sensor, uint32_t first, const uint8_t *samples, uint32_t frames) {
    tkd_virtual_sensor *v = of(sensor);
    for (uint32_t i = 0; i < frames; ++i, samples += 2u * sensor->channels) {
        if (first + i != v->end || v->end - v->taken >= sensor->ring_frames) {
            continue; /* it is there already, one before it is missing, or there is no room */
        }
        for (uint32_t c = 0; c < sensor->channels; ++c) {
            v->fed[place(sensor, v->end) + c] = get_i16(samples + 2u * c);
        }
        ++v->end;
        v->starved += v->is_dry;
        v->is_dry = 0;
    }
}

static uint32_t room(const tkd_sensor *sensor) { return sensor->ring_frames; }

static uint32_t starved(const tkd_sensor *sensor) {
    return ((const tkd_virtual_sensor *)(const void *)sensor)->starved;
}

const struct tkd_feed tkd_virtual_feed = {prepare, take, room, starved};
