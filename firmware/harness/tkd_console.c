#include "tkd_console.h"

#include <string.h>

#include "tkd_port.h"

#define BENCH_RUNS 10u

static void say(const char *text) { tkd_port_write((const uint8_t *)text, strlen(text)); }

static void say_end(void) { say("\r\n"); }

static void say_u32(uint32_t value) {
    char digits[11];
    size_t at = sizeof digits - 1;
    digits[at] = 0;
    do {
        digits[--at] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    say(digits + at);
}

static void say_number(const char *before, uint32_t value, const char *after) {
    say(before);
    say_u32(value);
    say(after);
}

static void say_hash(const uint8_t sha256[32]) {
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < 32; ++i) {
        const char pair[3] = {digits[sha256[i] >> 4], digits[sha256[i] & 15u], 0};
        say(pair);
    }
}

static const char *status_name(tkd_status status) {
    switch (status) {
    case TKD_ERR_ARENA:
        return "the arena is missing, misaligned or too small";
    case TKD_ERR_MODEL:
        return "the model's data or ABI version is wrong";
    case TKD_ERR_RANGE:
        return "an index or length is out of range";
    case TKD_ERR_STATE:
        return "called in the wrong order";
    default:
        return "failed";
    }
}

static void say_fault(tkd_status status) {
    say("error: ");
    say(status_name(status));
    say_number(" (status ", (uint32_t)status, ")\r\n");
}

void tkd_console_banner(const tkd_session *s) {
    say("\r\ntinykd ");
    say(s->model->name);
    say(" (");
    say(s->model->runtime);
    say(") ready, type help\r\n");
    if (s->fault != TKD_OK) {
        say_fault(s->fault);
    }
}

static void help(void) {
    say("help   this list\r\n"
        "info   the model and its memory\r\n"
        "test   accuracy on the samples in the firmware\r\n"
        "bench  time of one inference\r\n");
}

static void info(const tkd_session *s) {
    say("model ");
    say(s->model->name);
    say(", runtime ");
    say(s->model->runtime);
    say("\r\nsha256 ");
    say_hash(s->model->sha256);
    say_number("\r\narena ", s->model->arena_bytes, " of ");
    say_number("", s->arena_bytes, " bytes\r\n");
    say_number("input ", s->input_bytes, " bytes, ");
    say_number("output ", s->output_bytes, " bytes, ");
    say_number("layers ", s->model->layers_count, "\r\n");
    say_number("stack ", tkd_port_stack_used(), " of ");
    say_number("", tkd_port_stack_bytes(), " bytes used\r\n");
}

/* One inference on `input`, or on zeros when it is NULL. */
static tkd_status run(tkd_session *s, const int8_t *input) {
    static const uint8_t zeros[16] = {0};
    tkd_status status = TKD_OK;
    if (input != NULL) {
        status = tkd_session_write(s, 0, 0, input, s->input_bytes);
    }
    for (uint32_t at = 0; input == NULL && status == TKD_OK && at < s->input_bytes; at += sizeof zeros) {
        const uint32_t left = s->input_bytes - at;
        status = tkd_session_write(s, 0, at, zeros, left < sizeof zeros ? left : (uint32_t)sizeof zeros);
    }
    s->request = 0;
    return status != TKD_OK ? status : tkd_session_run(s, 0);
}

/* The first largest value of the first output, taken as int8. */
static uint32_t best_class(const tkd_session *s) {
    const int8_t *output = (const int8_t *)(s->arena + s->model->outputs[0].offset);
    uint32_t best = 0;
    for (uint32_t i = 1; i < s->model->outputs[0].bytes; ++i) {
        if (output[i] > output[best]) {
            best = i;
        }
    }
    return best;
}

static void say_class(const tkd_samples *samples, uint32_t index) {
    say_u32(index);
    if (samples->names != NULL && index < samples->names_count) {
        say(" ");
        say(samples->names[index]);
    }
}

static void say_miss(const tkd_samples *samples, uint32_t sample, uint32_t found) {
    say_number("sample ", sample, ": ");
    say_class(samples, found);
    say(", expected ");
    say_class(samples, samples->classes[sample]);
    say_end();
}

static void test(tkd_session *s, const tkd_samples *samples) {
    if (samples == NULL || samples->count == 0) {
        say("no samples in this firmware\r\n");
        return;
    }
    uint32_t correct = 0;
    for (uint32_t i = 0; i < samples->count; ++i) {
        const tkd_status status = run(s, samples->inputs + (size_t)i * s->input_bytes);
        if (status != TKD_OK) {
            say_fault(status);
            return;
        }
        const uint32_t found = best_class(s);
        if (found == samples->classes[i]) {
            ++correct;
        } else {
            say_miss(samples, i, found);
        }
    }
    say_number("correct ", correct, " of ");
    say_number("", samples->count, "\r\n");
}

static void bench(tkd_session *s, const tkd_samples *samples) {
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    for (uint32_t i = 0; i < BENCH_RUNS; ++i) {
        const tkd_status status = run(s, samples != NULL && samples->count > 0 ? samples->inputs : NULL);
        if (status != TKD_OK) {
            say_fault(status);
            return;
        }
        least = s->ticks < least ? s->ticks : least;
        most = s->ticks > most ? s->ticks : most;
    }
    say_number("inference ", least, " to ");
    say_number("", most, " ");
    say(tkd_port_tick_unit());
    say_number(" at ", tkd_port_tick_hz(), " Hz\r\n");
}

void tkd_console_answer(tkd_session *s, const tkd_samples *samples, const char *line) {
    if (strcmp(line, "help") == 0) {
        help();
    } else if (strcmp(line, "info") == 0) {
        info(s);
    } else if (strcmp(line, "test") == 0) {
        test(s, samples);
    } else if (strcmp(line, "bench") == 0) {
        bench(s, samples);
    } else {
        say("unknown command, type help\r\n");
    }
}
