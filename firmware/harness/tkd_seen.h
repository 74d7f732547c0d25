/* What a model that finds objects has found, for a person (tkd_detection.h). */
#ifndef TKD_SEEN_H
#define TKD_SEEN_H

#include "tkd_detection.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The objects of the inference that has just ended, into detection->found; how many. */
uint16_t tkd_seen_objects(const tkd_session *session, const tkd_detection *detection);

/* "object 1 (red) at 34 50, box 21 38 47 63, score 55" for each of `count`; `names` may be NULL. */
void tkd_seen_say(const tkd_detection *detection, uint16_t count, const char *const *names, uint16_t names_count);

#ifdef __cplusplus
}
#endif
#endif
