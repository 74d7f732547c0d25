/* The person's side of the harness: lines in, lines out. No printf: whole numbers only. */
#ifndef TKD_CONSOLE_H
#define TKD_CONSOLE_H

#include "tkd_harness.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TKD_NO_CONSOLE: a banner, and no command for a person. */

/* The most classes of which `test` prints a confusion matrix: 2 bytes of stack each. */
#ifndef TKD_CONSOLE_CLASSES
#define TKD_CONSOLE_CLASSES 32u
#endif

/* Says who is there; also how a tool sees that the board has started. */
void tkd_console_banner(const tkd_session *session);

/* Answers one line: help, info, test, bench, infer N or mem; any other where the model takes texts. May change it. */
void tkd_console_answer(tkd_session *session, const tkd_samples *samples, char *line);

#ifdef __cplusplus
}
#endif
#endif
