/* The person's side of the harness: lines in, lines out. No printf: whole numbers only. */
#ifndef TKD_CONSOLE_H
#define TKD_CONSOLE_H

#include "tkd_harness.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Says who is there; also how a tool sees that the board has started. */
void tkd_console_banner(const tkd_session *session);

/* Answers one line: help, info, test or bench. */
void tkd_console_answer(tkd_session *session, const tkd_samples *samples, const char *line);

#ifdef __cplusplus
}
#endif
#endif
