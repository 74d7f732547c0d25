/* A text that a person types, and the answer to it (tkd_texts.h). Called through tkd_texts' pointer alone, so that
 * other firmware is linked without it. */
#ifndef TKD_ANSWER_H
#define TKD_ANSWER_H

#include "tkd_session.h"
#include "tkd_texts.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tkd_answerer {
    /* One inference on a text, which ends with a NUL. */
    tkd_status (*run)(tkd_session *session, const char *text);
    /* Of a text, perhaps in quotes, which are taken off: "12 (timer), 94 %, 5231 us" or
     * "unsure, 12 (timer) has 31 %, 5231 us", and the end of the line. */
    void (*answer)(tkd_session *session, char *text);
    /* The text of a sample in the firmware, on a line. */
    void (*say_sample)(uint32_t sample);
    /* What can be typed. */
    void (*help)(void);
};

#ifdef __cplusplus
}
#endif
#endif
