#include "tkd_console.h"

#include <string.h>

#include "tkd_answer.h"
#include "tkd_detect.h"
#include "tkd_labels.h"
#include "tkd_listener.h"
#include "tkd_port.h"
#include "tkd_say.h"
#include "tkd_seen.h"
#include "tkd_sensing.h"

#if defined(TKD_NO_CONSOLE)

/* Where RAM has no room for the texts: an AVR keeps them there. */
void tkd_console_banner(const tkd_session *s) {
    (void)s;
    tkd_say("\r\ntinykd\r\n");
}

void tkd_console_answer(tkd_session *s, const tkd_samples *samples, char *line) {
    (void)s;
    (void)samples;
    (void)line;
    tkd_say("frames only\r\n");
}

#else

#define BENCH_RUNS 10u
#define CELL 4u /* characters of a column of the confusion matrix */

void tkd_console_banner(const tkd_session *s) {
    tkd_say("\r\ntinykd ");
    tkd_say(s->model->name);
    tkd_say(" (");
    tkd_say(s->model->runtime);
    tkd_say(") ready, type help\r\n");
    if (s->fault != TKD_OK) {
        tkd_say_fault(s->fault);
    }
}

static void help(void) {
    tkd_say("help     this list\r\n"
            "info     the model and its memory\r\n"
            "test     accuracy on the samples in the firmware, with a confusion matrix\r\n"
            "bench    time of one inference\r\n"
            "infer 3  the answer to sample 3 of the firmware, and its scores\r\n"
            "mem      arena and stack, needed and there\r\n");
    if (tkd_texts_task() != NULL) {
        tkd_texts_task()->answerer->help();
    }
}

static void mem(const tkd_session *s) {
    tkd_say_number("arena ", tkd_session_arena_needed(s), " of ");
    tkd_say_number("", s->arena_bytes, " bytes\r\n");
    tkd_say_number("stack ", tkd_port_stack_used(), " of ");
    tkd_say_number("", tkd_port_stack_bytes(), " bytes used\r\n");
}

static void info(const tkd_session *s) {
    tkd_say("model ");
    tkd_say(s->model->name);
    tkd_say(", runtime ");
    tkd_say(s->model->runtime);
    tkd_say("\r\nsha256 ");
    tkd_say_hex(s->model->sha256, sizeof s->model->sha256);
    tkd_say_number("\r\ninput ", s->input_bytes, " bytes, ");
    tkd_say_number("output ", s->output_bytes, " bytes, ");
    tkd_say_number("layers ", s->model->layers_count, "\r\n");
    if (tkd_anomaly_task() != NULL) {
        tkd_say("anomaly: error above ");
        tkd_anomaly_task()->detector->say_threshold();
    }
    if (tkd_app_live() != NULL && tkd_sensing_sensor(s) != NULL) {
        tkd_app_live()->listener->say(tkd_app_live(), tkd_sensing_sensor(s));
    }
    mem(s);
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

static tkd_status run_sample(tkd_session *s, const tkd_samples *samples, uint32_t sample) {
    if (tkd_texts_task() != NULL && tkd_texts_task()->samples != NULL) {
        return tkd_texts_task()->answerer->run(s, tkd_texts_task()->samples[sample]);
    }
    return run(s, samples->inputs + (size_t)sample * s->input_bytes);
}

static const int8_t *scores(const tkd_session *s) {
    uint32_t bytes = s->model->outputs[0].bytes;
    return (const int8_t *)tkd_session_output(s, 0, &bytes);
}

/* The first largest value of the first output, taken as int8; of a model that finds anomalies, 1 for an anomaly. */
static uint32_t best_class(const tkd_session *s) {
    const int8_t *output = scores(s);
    if (tkd_anomaly_task() != NULL) {
        return (uint32_t)tkd_anomaly_task()->detector->is_anomaly(s);
    }
    uint32_t best = 0;
    for (uint32_t i = 1; i < s->model->outputs[0].bytes; ++i) {
        if (output[i] > output[best]) {
            best = i;
        }
    }
    return best;
}

static void say_class(const tkd_samples *samples, uint32_t index) {
    tkd_say_u32(index);
    if (samples->names != NULL && index < samples->names_count) {
        tkd_say(" (");
        tkd_say(samples->names[index]);
        tkd_say(")");
    }
}

/* "sample 3 is 8 (eight), expected 7 (seven): wrong" */
static void say_verdict(const tkd_samples *samples, uint32_t sample, uint32_t found) {
    const int right = found == samples->classes[sample];
    tkd_say_number("sample ", sample, " is ");
    say_class(samples, found);
    if (!right) {
        tkd_say(", expected ");
        say_class(samples, samples->classes[sample]);
    }
    tkd_say(right ? ": right" : ": wrong");
}

static void say_scores(const tkd_session *s) {
    tkd_say("scores");
    for (uint32_t i = 0; i < s->model->outputs[0].bytes; ++i) {
        tkd_say(" ");
        tkd_say_i32(scores(s)[i]);
    }
    tkd_say("\r\n");
}

static void infer(tkd_session *s, const tkd_samples *samples, const char *number) {
    uint32_t sample = 0;
    if (!tkd_read_u32(number, &sample) || sample >= samples->count) {
        tkd_say_number("infer wants the number of a sample, 0 to ", samples->count - 1u, "\r\n");
        return;
    }
    const tkd_status status = run_sample(s, samples, sample);
    if (status != TKD_OK) {
        tkd_say_fault(status);
        return;
    }
    if (tkd_detection_task() != NULL) {
        tkd_detection_task()->seer->say_sample(s, samples, sample);
        return;
    }
    if (tkd_multilabel_task() != NULL) {
        tkd_multilabel_task()->labeller->say_sample(s, samples, sample);
        return;
    }
    say_verdict(samples, sample, best_class(s));
    tkd_say_number(", ", s->ticks, " ");
    tkd_say(tkd_port_tick_unit());
    tkd_say("\r\n");
    if (tkd_texts_task() != NULL && tkd_texts_task()->samples != NULL) {
        tkd_texts_task()->answerer->say_sample(s, sample);
    }
    if (tkd_anomaly_task() != NULL) {
        tkd_anomaly_task()->detector->say(s);
    } else {
        say_scores(s);
    }
}

/* What `test` knows while it goes through the samples, one true class after another. */
typedef struct tkd_tally {
    uint32_t classes, correct;
    uint16_t answers[TKD_CONSOLE_CLASSES]; /* to the samples of this class */
} tkd_tally;

static void say_matrix_head(const tkd_tally *t) {
    tkd_say("rows: true class, columns: answer\r\n    ");
    for (uint32_t column = 0; column < t->classes; ++column) {
        tkd_say_field(column, CELL);
    }
    tkd_say("\r\n");
}

static void say_matrix_row(const tkd_tally *t, uint32_t row) {
    tkd_say_field(row, CELL);
    for (uint32_t column = 0; column < t->classes; ++column) {
        if (t->answers[column] == 0) {
            tkd_say("   .");
        } else {
            tkd_say_field(t->answers[column], CELL);
        }
    }
    tkd_say("\r\n");
}

/* Runs all samples of the true class `row`; the wrong ones are named below its row of the matrix. */
static tkd_status test_class(tkd_session *s, const tkd_samples *samples, tkd_tally *t, uint32_t row, int named) {
    memset(t->answers, 0, sizeof t->answers);
    for (uint32_t i = 0; i < samples->count; ++i) {
        if (samples->classes[i] != row) {
            continue;
        }
        const tkd_status status = run_sample(s, samples, i);
        if (status != TKD_OK) {
            return status;
        }
        const uint32_t found = best_class(s);
        if (named && found != row) {
            say_verdict(samples, i, found);
            tkd_say("\r\n");
        }
        t->correct += !named && found == row;
        if (found < t->classes && t->classes <= TKD_CONSOLE_CLASSES) {
            ++t->answers[found];
        }
    }
    return TKD_OK;
}

static tkd_status test_row(tkd_session *s, const tkd_samples *samples, tkd_tally *t, uint32_t row) {
    const uint32_t before = t->correct;
    uint32_t total = 0;
    for (uint32_t i = 0; i < samples->count; ++i) {
        total += samples->classes[i] == row;
    }
    if (total == 0) {
        return TKD_OK;
    }
    tkd_status status = test_class(s, samples, t, row, 0);
    if (status == TKD_OK && t->classes <= TKD_CONSOLE_CLASSES) {
        say_matrix_row(t, row);
    }
    if (status == TKD_OK && t->correct - before < total) {
        status = test_class(s, samples, t, row, 1);
    }
    return status;
}

static uint32_t classes_count(const tkd_session *s, const tkd_samples *samples) {
    uint32_t count = tkd_anomaly_task() != NULL ? 2u : s->model->outputs[0].bytes;
    for (uint32_t i = 0; i < samples->count; ++i) {
        count = samples->classes[i] >= count ? samples->classes[i] + 1u : count;
    }
    return count;
}

static void test(tkd_session *s, const tkd_samples *samples) {
    tkd_tally tally = {classes_count(s, samples), 0, {0}};
    if (tally.classes <= TKD_CONSOLE_CLASSES) {
        say_matrix_head(&tally);
    }
    for (uint32_t row = 0; row < tally.classes; ++row) {
        const tkd_status status = test_row(s, samples, &tally, row);
        if (status != TKD_OK) {
            tkd_say_fault(status);
            return;
        }
    }
    tkd_say_number("correct ", tally.correct, " of ");
    tkd_say_number("", samples->count, ", ");
    tkd_say_number("", tally.correct * 100u / samples->count, " %\r\n");
}

static void bench(tkd_session *s, const tkd_samples *samples) {
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    for (uint32_t i = 0; i < BENCH_RUNS; ++i) {
        const tkd_status status = samples != NULL && samples->count > 0 ? run_sample(s, samples, 0) : run(s, NULL);
        if (status != TKD_OK) {
            tkd_say_fault(status);
            return;
        }
        least = s->ticks < least ? s->ticks : least;
        most = s->ticks > most ? s->ticks : most;
    }
    tkd_say_number("inference ", least, " to ");
    tkd_say_number("", most, " ");
    tkd_say(tkd_port_tick_unit());
    tkd_say_number(" at ", tkd_port_tick_hz(), " Hz\r\n");
}

/* `infer "turn on the light"`, and any line that is no command; true when the model takes texts. */
static int answer_with_text(tkd_session *s, char *line) {
    uint32_t number = 0;
    const int is_infer = strncmp(line, "infer ", 6) == 0;
    if (tkd_texts_task() == NULL || (is_infer && tkd_read_u32(line + 6, &number))) {
        return 0;
    }
    tkd_texts_task()->answerer->answer(s, is_infer ? line + 6 : line);
    return 1;
}

/* The commands that need samples in the firmware; true when `line` is one. */
static int answer_with_samples(tkd_session *s, const tkd_samples *samples, const char *line) {
    const int is_test = strcmp(line, "test") == 0;
    const int is_infer = strncmp(line, "infer ", 6) == 0;
    if (!is_test && !is_infer) {
        return 0;
    }
    if (samples == NULL || samples->count == 0) {
        tkd_say("no samples in this firmware\r\n");
    } else if (s->model->outputs[0].dtype != TKD_INT8) {
        tkd_say("the output is no vector of int8 scores\r\n");
    } else if (is_test && tkd_detection_task() != NULL) {
        tkd_detection_task()->seer->say_test(s, samples, run_sample);
    } else if (is_test && tkd_multilabel_task() != NULL) {
        tkd_multilabel_task()->labeller->say_test(s, samples, run_sample);
    } else if (is_test) {
        test(s, samples);
    } else {
        infer(s, samples, line + 6);
    }
    return 1;
}

void tkd_console_answer(tkd_session *s, const tkd_samples *samples, char *line) {
    if (strcmp(line, "help") == 0) {
        help();
    } else if (strcmp(line, "info") == 0) {
        info(s);
    } else if (strcmp(line, "bench") == 0) {
        bench(s, samples);
    } else if (strcmp(line, "mem") == 0) {
        mem(s);
    } else if ((strcmp(line, "test") == 0 || !answer_with_text(s, line)) && !answer_with_samples(s, samples, line)) {
        tkd_say("unknown command, type help\r\n");
    }
}

#endif
