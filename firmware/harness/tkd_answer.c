#include "tkd_answer.h"

#include <stdint.h>
#include <string.h>

#include "tkd_port.h"
#include "tkd_say.h"

#define WHOLE UINT32_C(65535) /* the exponent of the best class */
#define PERMILLE 1000u

/* Where main.c says nothing: no such model. */
__attribute__((weak)) const tkd_texts *tkd_texts_task(void) { return NULL; }

/* The rest of a raw text. */
static tkd_status write_zeros(tkd_session *s, uint32_t at) {
    static const uint8_t zeros[16] = {0};
    tkd_status status = TKD_OK;
    for (; status == TKD_OK && at < s->input_bytes; at += (uint32_t)sizeof zeros) {
        const uint32_t left = s->input_bytes - at;
        status = tkd_session_write(s, 0, at, zeros, left < sizeof zeros ? left : (uint32_t)sizeof zeros);
    }
    return status;
}

static tkd_status run(tkd_session *s, const char *text) {
    const tkd_texts *texts = tkd_texts_task();
    const size_t length = strlen(text);
    const uint16_t bytes = length < texts->longest_bytes ? (uint16_t)length : texts->longest_bytes;
    const int is_raw = texts->to_ids == NULL;
    tkd_status status = tkd_session_write(s, 0, 0, text, is_raw ? bytes : 0u);
    if (status == TKD_OK && is_raw) {
        status = write_zeros(s, bytes);
    } else if (status == TKD_OK) {
        texts->to_ids(text, bytes, (int32_t *)(void *)tkd_session_input(s, 0));
        s->filled = s->input_bytes;
    }
    s->request = 0;
    return status != TKD_OK ? status : tkd_session_run(s, 0);
}

static uint32_t best_of(const int8_t *logits, uint32_t count) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; ++i) {
        best = logits[i] > logits[best] ? i : best;
    }
    return best;
}

/* Softmax: of the best class, 1 / the sum of all exponents beside its own. */
static uint32_t permille_of(const int8_t *logits, uint32_t count, uint32_t best) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i) {
        const uint8_t below = (uint8_t)((uint8_t)logits[best] - (uint8_t)logits[i]);
        sum += tkd_texts_task()->exponents[below];
    }
    return WHOLE * PERMILLE / sum;
}

static void say_class(uint32_t index) {
    const tkd_texts *texts = tkd_texts_task();
    tkd_say_u32(index);
    if (index < texts->names_count) {
        tkd_say(" (");
        tkd_say(texts->names[index]);
        tkd_say(")");
    }
}

typedef struct found {
    uint32_t best, permille;
    int is_unsure;
} found;

static found found_in(const tkd_session *s) {
    uint32_t count = s->model->outputs[0].bytes;
    const int8_t *logits = (const int8_t *)tkd_session_output(s, 0, &count);
    const uint32_t best = best_of(logits, count), permille = permille_of(logits, count, best);
    const found answer = {best, permille, permille < tkd_texts_task()->reject_permille};
    return answer;
}

static int is_unsure(const tkd_session *s) { return s->model->outputs[0].dtype == TKD_INT8 && found_in(s).is_unsure; }

static void say(const tkd_session *s) {
    const found answer = found_in(s);
    tkd_say(answer.is_unsure ? "unsure, " : "");
    say_class(answer.best);
    tkd_say_number(answer.is_unsure ? " has " : ", ", (answer.permille + 5u) / 10u, " %, ");
    tkd_say_number("", s->ticks, " ");
    tkd_say(tkd_port_tick_unit());
    tkd_say("\r\n");
}

static void answer(tkd_session *s, char *text) {
    const size_t length = strlen(text);
    const int is_quoted = length > 1 && text[0] == '"' && text[length - 1] == '"';
    if (is_quoted) {
        text[length - 1] = 0;
    }
    if (s->model->outputs[0].dtype != TKD_INT8) {
        tkd_say("the output is no vector of int8 scores\r\n");
        return;
    }
    const tkd_status status = run(s, text + is_quoted);
    if (status != TKD_OK) {
        tkd_say_fault(status);
        return;
    }
    say(s);
}

static void say_sample(const tkd_session *s, uint32_t sample) {
    tkd_say("text   ");
    tkd_say(tkd_texts_task()->samples[sample]);
    tkd_say("\r\n");
    if (is_unsure(s)) {
        tkd_say_number("unsure, ", (found_in(s).permille + 5u) / 10u, " %\r\n");
    }
}

static void help(void) { tkd_say("infer \"TEXT\", or any other line: what the text means, how probable that is\r\n"); }

const struct tkd_answerer tkd_answerer = {run, answer, say_sample, is_unsure, help};
