#include "tkd_sensing.h"

#include <stddef.h>

#include "tkd_listener.h"
#include "tkd_protocol.h"
#include "tkd_streamer.h"

#define PATIENCE_MS 1    /* between two looks at the sensor, where nothing was there */
#define FORGET_MS 10000u /* without a word from the tool, after which a stream ends */

__attribute__((weak)) tkd_sensor *tkd_app_sensor(void) { return NULL; }

__attribute__((weak)) tkd_live *tkd_app_live(void) { return NULL; }

tkd_sensor *tkd_sensing_sensor(const tkd_session *s) {
    tkd_sensor *own = tkd_app_sensor();
    return own != NULL ? own : s->firmware->sensor;
}

int tkd_sensing_is_asked(uint8_t type) { return type >= TKD_REQ_SENSOR && type <= TKD_REQ_LISTEN; }

void tkd_sensing_stop(tkd_session *s) {
    tkd_sensor *sensor = tkd_sensing_sensor(s);
    if (sensor != NULL) {
        sensor->streamer->stop(sensor);
        tkd_session_take_back(s);
    }
}

static tkd_status answer(tkd_sensor *sensor, tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->type != TKD_REQ_LISTEN) {
        return sensor->streamer->answer(sensor, s, tx, request);
    }
    tkd_live *live = tkd_app_live();
    return live != NULL ? live->listener->answer(live, sensor, s, tx, request) : TKD_ERR_FRAME;
}

tkd_status tkd_sensing_answer(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    tkd_sensor *sensor = tkd_sensing_sensor(s);
    if (sensor == NULL) {
        return TKD_ERR_SENSOR;
    }
    const tkd_status status = answer(sensor, s, tx, request);
    if (!sensor->stream.is_on) {
        tkd_session_take_back(s);
    }
    return status;
}

int tkd_sensing_pump(tkd_session *s, tkd_tx *tx, uint32_t silent_ms) {
    tkd_sensor *sensor = tkd_sensing_sensor(s);
    if (sensor == NULL || sensor->stream.is_on == TKD_STREAM_OFF) {
        return -1;
    }
    if (sensor->stream.is_on != TKD_STREAM_ALONE && silent_ms >= FORGET_MS) {
        tkd_sensing_stop(s);
        return -1;
    }
    if (sensor->stream.is_on == TKD_STREAM_BLOCKS) {
        sensor->streamer->pump(sensor, tx);
        return PATIENCE_MS;
    }
    tkd_live *live = tkd_app_live();
    return live->listener->pump(live, sensor, s, tx) ? 0 : PATIENCE_MS;
}

int tkd_sensing_listen(tkd_session *s) {
    tkd_sensor *sensor = tkd_sensing_sensor(s);
    tkd_live *live = tkd_app_live();
    if (live == NULL || sensor == NULL || sensor->feed != NULL || s->fault != TKD_OK) {
        return 0;
    }
    return sensor->stream.is_on != TKD_STREAM_OFF || live->listener->listen(live, sensor, s);
}
