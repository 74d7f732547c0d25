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
    /* Of the inference that has just ended: the text of this sample in the firmware, on a line, and where the answer is
     * unsure "unsure, 31 %" on another. */
    void (*say_sample)(const tkd_session *session, uint32_t sample);
    /* Of that inference: whether its best class is less probable than the texts' reject_permille. */
    int (*is_unsure)(const tkd_session *session);
    /* What can be typed. */
    void (*help)(void);
};

#ifdef __cplusplus
}
#endif
#endif
