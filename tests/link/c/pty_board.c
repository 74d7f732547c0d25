/*
 * The harness around the fake model as a process behind a pseudo-terminal; prints the terminal's name and serves.
 * Ends when its standard input is closed. Arguments: any of "noarena", "samples".
 */
#define _XOPEN_SOURCE 600
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "fake_model.h"
#include "tkd_port.h"

static int terminal = -1;
static uint8_t received[4096];
static size_t received_bytes, received_at;

void tkd_port_init(void) {
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
        exit(1);
    }
    const char *name = ptsname(terminal);
    const int keep = open(name, O_RDWR | O_NOCTTY); /* so that the terminal outlives its users */
    struct termios raw;
    if (keep < 0 || tcgetattr(keep, &raw) != 0) {
        exit(1);
    }
    cfmakeraw(&raw);
    (void)tcsetattr(keep, TCSANOW, &raw);
    printf("%s\n", name);
    (void)fflush(stdout);
}

int tkd_port_read(uint32_t timeout_ms) {
    if (received_at == received_bytes) {
        struct pollfd waits[2] = {{terminal, POLLIN, 0}, {0, POLLIN, 0}};
        if (poll(waits, 2, (int)timeout_ms) <= 0) {
            return -1;
        }
        if (waits[1].revents != 0) {
            exit(0);
        }
        const ssize_t bytes = read(terminal, received, sizeof received);
        if (bytes <= 0) {
            return -1;
        }
        received_bytes = (size_t)bytes;
        received_at = 0;
    }
    return received[received_at++];
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    while (bytes > 0) {
        const ssize_t written = write(terminal, data, bytes);
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            exit(1);
        }
        if (written > 0) {
            data += written;
            bytes -= (size_t)written;
        }
    }
}

uint32_t tkd_port_ticks(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

const char *tkd_port_tick_unit(void) { return "ns"; }
uint32_t tkd_port_tick_hz(void) { return 1000000000u; }
uint32_t tkd_port_core_hz(void) { return 48000000u; }
const char *tkd_port_caches(void) { return "icache"; }
uint32_t tkd_port_rx_window(void) { return 4000; }
uint32_t tkd_port_stack_bytes(void) { return 8192; }
uint32_t tkd_port_stack_used(void) { return 1234; }
void tkd_port_reset(void) { received_at = received_bytes; }

static const tkd_firmware firmware = FAKE_FIRMWARE;
static uint8_t arena[FAKE_ARENA] __attribute__((aligned(TKD_ARENA_ALIGN)));

int main(int argc, char **argv) {
    const tkd_samples *samples = NULL;
    uint32_t bytes = sizeof arena;
    for (int i = 1; i < argc; ++i) {
        samples = strcmp(argv[i], "samples") == 0 ? &fake_samples : samples;
        bytes = strcmp(argv[i], "noarena") == 0 ? 8u : bytes;
    }
    tkd_port_init();
    tkd_harness_run(&fake_model, arena, bytes, samples, &firmware);
    return 0;
}
