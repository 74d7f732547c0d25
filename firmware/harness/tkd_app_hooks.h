/* The harness's side of tkd_app.h. */
#ifndef TKD_APP_HOOKS_H
#define TKD_APP_HOOKS_H

#include "tkd_app.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From now on the user's code hears of every inference; to be asked after tkd_session_start. */
void tkd_app_observe(tkd_session *session);

/* What the events make of an inference. */
typedef struct tkd_app_heard {
    const int8_t *averages; /* [classes]; NULL: there are no events */
    uint16_t classes;
    int16_t index; /* of the class that fires, or -1 */
    int8_t score;
} tkd_app_heard;

/* After each inference on a sample of the user's code or of a sensor; `begins` where the one before it was something
 * else. In the generated main.c, where the project has events. */
void tkd_app_stream(const tkd_result *result, int begins, tkd_app_heard *heard);

/* One inference on what lies in the input; `begins`: what the model remembers is not of the same stream. */
tkd_status tkd_app_infer(tkd_session *session, int begins, tkd_app_heard *heard);

#define TKD_APP_NOBODY (-1) /* there is no on_sample in the user's code */

/* What on_sample answers. In the generated main.c, where the tool's samples are raw: yours are still the model's. */
int tkd_app_ask(tkd_session *session);

/* Asks the user's code for a sample, and runs the model on it; 0 when there is no such code. */
int tkd_app_poll(tkd_session *session);

#ifdef __cplusplus
}
#endif
#endif
