#include "tkd_mlperf.h"

#include <string.h>

#include "tkd_app_hooks.h"
#include "tkd_mlperf_clock.h"
#include "tkd_mlperf_data.h"
#include "tkd_port.h"
#include "tkd_say.h"
#include "tkd_session.h"

#define IDLE_MS 500u /* so that the clock is looked at before the port's counter wraps */
#define WARMUPS 10   /* of `infer` without numbers */
#define PER_LINE 8u  /* bytes of `db print` */
#define MAX_NUMBER 100000000

typedef struct tkd_mlperf_state {
    const tkd_mlperf *benchmark;
    tkd_session session;
    tkd_mlperf_clock clock;
    uint32_t expected; /* bytes that `db load` announced */
    uint32_t loaded;   /* of them, that came */
    uint32_t length;   /* of the command, beyond its buffer when it is too long */
    char command[TKD_MLPERF_COMMAND + 1u];
} tkd_mlperf_state;

static void say_lap(tkd_mlperf_state *m) { tkd_say_number("m-lap-us-", tkd_mlperf_clock_us(&m->clock), "\r\n"); }

/* The next word of a command, NUL-terminated in place; NULL when there is none. `*rest` goes behind it. */
static char *next_word(char **rest) {
    char *word = *rest;
    while (*word == ' ') {
        ++word;
    }
    char *end = word;
    while (*end != 0 && *end != ' ') {
        ++end;
    }
    *rest = *end == 0 ? end : end + 1;
    *end = 0;
    return word == end ? NULL : word;
}

static int is(const char *word, const char *wanted) { return word != NULL && strcmp(word, wanted) == 0; }

/* As atoi: what follows the digits does not count, no digits are 0; but bounded. */
static int32_t read_number(const char *word) {
    const int negative = *word == '-';
    int32_t value = 0;
    for (word += *word == '-' || *word == '+'; *word >= '0' && *word <= '9'; ++word) {
        value = value < MAX_NUMBER ? value * 10 + (*word - '0') : value;
    }
    return negative ? -value : value;
}

static void help(void) {
    tkd_say("ULPMark for tinyML Firmware V0.0.1\r\n"
            "\r\n"
            "help         : Print this information\r\n"
            "name         : Print the name of the device\r\n"
            "timestamp    : Generate a timestamp\r\n"
            "db SUBCMD    : Manipulate a generic byte buffer\r\n"
            "  load N     : Allocate N bytes and set load counter\r\n"
            "  db HH[HH]* : Load 8-bit hex byte(s) until N bytes\r\n"
            "  print      : Print the buffer as hex\r\n"
            "infer N [W=0]: Load input, execute N inferences after W warmup loops\r\n"
            "results      : Return the result fp32 vector\r\n");
}

static void profile(const tkd_mlperf_state *m) {
    tkd_say("m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[");
    tkd_say(m->benchmark->benchmark);
    tkd_say("]\r\n");
}

static void name(const tkd_mlperf_state *m) {
    tkd_say("m-name-dut-[");
    tkd_say(m->benchmark->vendor);
    tkd_say("]\r\n");
}

static void db_load(tkd_mlperf_state *m, const char *number) {
    if (number == NULL) {
        tkd_say("e-[Command 'db load' requires the # of bytes]\r\n");
        return;
    }
    const int32_t bytes = read_number(number);
    m->expected = 0;
    m->loaded = 0;
    if (bytes <= 0) {
        tkd_say("e-[Command 'db load' must be >0 bytes]\r\n");
    } else if ((uint32_t)bytes > m->benchmark->buffer_bytes) {
        tkd_say_number("e-[Supplied buffer size ", (uint32_t)bytes, " exceeds maximum of ");
        tkd_say_number("", m->benchmark->buffer_bytes, "]\r\n");
    } else {
        m->expected = (uint32_t)bytes;
        tkd_say_number("m-[Expecting ", m->expected, " bytes]\r\n");
    }
}

/* As in the original, a blank line follows a last line that is not full. */
static void db_print(const tkd_mlperf_state *m) {
    for (uint32_t i = 0; i < m->expected; ++i) {
        const int is_last = (i + 1u) % PER_LINE == 0 || i + 1u == m->expected;
        tkd_say(i % PER_LINE == 0 ? "m-buffer-" : "");
        tkd_say_hex(m->benchmark->buffer + i, 1);
        tkd_say(is_last ? "\r\n" : "-");
    }
    tkd_say(m->expected % PER_LINE != 0 ? "\r\n" : "");
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void say_bad_digits(const char *digits) {
    const char pair[3] = {digits[0], digits[1], 0};
    tkd_say("e-[Invalid hex digit '");
    tkd_say(pair);
    tkd_say("']\r\n");
}

/* Silent until all announced bytes are there; further digits of that command do not count. */
static void db_bytes(tkd_mlperf_state *m, const char *digits) {
    if (strlen(digits) % 2u != 0) {
        tkd_say("e-[Insufficent number of hex digits]\r\n");
        return;
    }
    if (m->loaded == m->expected) {
        tkd_say(m->expected == 0 ? "e-[Command 'db load' must come first]\r\n" : "e-[The buffer is full]\r\n");
        return;
    }
    for (; *digits != 0; digits += 2) {
        const int high = hex_digit(digits[0]), low = hex_digit(digits[1]);
        if (high < 0 || low < 0) {
            say_bad_digits(digits);
            return;
        }
        m->benchmark->buffer[m->loaded++] = (uint8_t)(high * 16 + low);
        if (m->loaded == m->expected) {
            tkd_say("m-load-done\r\n");
            return;
        }
    }
}

static void db(tkd_mlperf_state *m, char *rest) {
    char *word = next_word(&rest);
    if (word == NULL) {
        tkd_say("e-[Command 'db' requires a subcommand]\r\n");
    } else if (is(word, "load")) {
        db_load(m, next_word(&rest));
    } else if (is(word, "print")) {
        db_print(m);
    } else {
        db_bytes(m, word);
    }
}

static tkd_status infer_once(tkd_mlperf_state *m) {
    if (m->session.fault != TKD_OK) {
        return m->session.fault;
    }
    tkd_mlperf_load(&m->session, m->benchmark);
    const tkd_status status = tkd_session_sample(&m->session);
    tkd_mlperf_clock_look(&m->clock);
    return status;
}

static void say_status(tkd_status status) { tkd_say_number("e-[Inference failed, status ", (uint32_t)status, "]\r\n"); }

static void results(const tkd_mlperf_state *m) {
    if (m->session.phase == TKD_PHASE_SAMPLE) {
        tkd_mlperf_results(&m->session, m->benchmark);
    } else {
        tkd_say("e-[There is no result yet]\r\n");
    }
}

static void run_inferences(tkd_mlperf_state *m, int32_t iterations, int32_t warmups) {
    tkd_status status = TKD_OK;
    tkd_say_number("m-warmup-start-", (uint32_t)warmups, "\r\n");
    for (int32_t i = 0; i < warmups && status == TKD_OK; ++i) {
        status = infer_once(m);
    }
    tkd_say_number("m-warmup-done\r\nm-infer-start-", (uint32_t)iterations, "\r\n");
    say_lap(m);
    for (int32_t i = 0; i < iterations && status == TKD_OK; ++i) {
        status = infer_once(m);
    }
    say_lap(m);
    if (status != TKD_OK) {
        say_status(status);
        return;
    }
    tkd_say("m-infer-done\r\n");
    results(m);
}

static void infer(tkd_mlperf_state *m, char *rest) {
    const char *first = next_word(&rest);
    const char *second = next_word(&rest);
    const int32_t iterations = first == NULL ? 1 : read_number(first);
    const int32_t warmups = second == NULL ? WARMUPS : read_number(second);
    if (iterations <= 0) {
        tkd_say("e-[Inference iterations must be >0]\r\n");
    } else if (warmups < 0) {
        tkd_say("e-[Inference warmup must be >=0]\r\n");
    } else if (m->loaded != m->benchmark->buffer_bytes) {
        tkd_say_number("e-[Input db has ", m->loaded, " bytes, expected ");
        tkd_say_number("", m->benchmark->buffer_bytes, "]\r\n");
    } else {
        run_inferences(m, iterations, warmups);
    }
}

static void dispatch(tkd_mlperf_state *m) {
    char *rest = m->command;
    const char *word = next_word(&rest);
    if (is(word, "name")) {
        name(m);
    } else if (is(word, "timestamp")) {
        say_lap(m);
    } else if (is(word, "profile")) {
        profile(m);
    } else if (is(word, "help")) {
        help();
    } else if (is(word, "db")) {
        db(m, rest);
    } else if (is(word, "infer")) {
        infer(m, rest);
    } else if (is(word, "results")) {
        results(m);
    } else {
        tkd_say("e-[Unknown command: ");
        tkd_say(word == NULL ? "" : word);
        tkd_say("]\r\n");
    }
}

/* Runs the command that '%' has ended. */
static void run_command(tkd_mlperf_state *m) {
    if (m->length > TKD_MLPERF_COMMAND) {
        tkd_say_number("e-[Command is longer than ", TKD_MLPERF_COMMAND, " characters]\r\n");
    } else {
        m->command[m->length] = 0;
        dispatch(m);
    }
    m->length = 0;
    tkd_say("m-ready\r\n");
}

/* Line ends and NUL are passed over: a terminal sends them, the runner does not. */
static void take(tkd_mlperf_state *m, char c) {
    if (c == '%') {
        run_command(m);
    } else if (c != '\r' && c != '\n' && c != 0) {
        if (m->length < TKD_MLPERF_COMMAND) {
            m->command[m->length] = c;
        }
        m->length += m->length <= TKD_MLPERF_COMMAND;
    }
}

void tkd_mlperf_run(const tkd_model *model, void *arena, uint32_t arena_bytes, const tkd_mlperf *benchmark) {
    tkd_mlperf_state m;
    memset(&m, 0, sizeof m);
    m.benchmark = benchmark;
    tkd_session_start(&m.session, model, arena, arena_bytes, NULL);
    tkd_app_observe(&m.session);
    if (m.session.fault == TKD_OK && model->inputs_count != 1) {
        m.session.fault = TKD_ERR_MODEL; /* the grammar knows of one input */
    }
    tkd_mlperf_clock_start(&m.clock);
    tkd_say("m-timestamp-mode-performance\r\n");
    say_lap(&m);
    tkd_say("m-init-done\r\n");
    if (m.session.fault != TKD_OK) {
        say_status(m.session.fault);
    }
    tkd_say("m-ready\r\n");
    for (;;) {
        const int byte = tkd_port_read(IDLE_MS);
        tkd_mlperf_clock_look(&m.clock);
        if (byte >= 0) {
            take(&m, (char)byte);
        }
    }
}
