/*
 * Of a model that takes texts: how a line becomes its input, and when its answer is unsure. The generated main.c says
 * so of its model; without it, a line that is no command is not answered.
 */
#ifndef TKD_TEXTS_H
#define TKD_TEXTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tkd_answerer;
extern const struct tkd_answerer tkd_answerer; /* tkd_answer.h: in the firmware only where it is named */

typedef struct tkd_texts {
    void (*to_ids)(const char *text, uint16_t bytes, int32_t *ids); /* NULL: the firmware's model takes texts itself */
    const char *const *samples;                                     /* texts of the samples in the firmware, or NULL */
    const char *const *names;                                       /* [names_count] of the classes */
    const uint16_t *exponents; /* [256] 65535 * exp(-scale * d) of logits that are d below the best */
    uint16_t names_count;
    uint16_t longest_bytes;              /* of a text; what is behind them is not read */
    uint16_t reject_permille;            /* an answer that is less probable is unsure; 0: none is */
    const struct tkd_answerer *answerer; /* &tkd_answerer */
} tkd_texts;

/* Of the model in this firmware; NULL where it is something else. One output, int8. */
const tkd_texts *tkd_texts_task(void);

#ifdef __cplusplus
}
#endif
#endif
