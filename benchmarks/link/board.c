/*
 * The harness on the host's port around the tests' fake model, whose inference also sleeps: the first argument says
 * how many microseconds. So the wire and the computation can be weighed against each other on a busy machine.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <time.h>

#include "fake_model.h"
#include "tkd_harness.h"
#include "tkd_port.h"

static const tkd_firmware firmware = FAKE_FIRMWARE;
static __attribute__((aligned(TKD_ARENA_ALIGN))) uint8_t arena[FAKE_ARENA];
static struct timespec pause_length;

static tkd_status pause_and_invoke(void *memory) {
    (void)nanosleep(&pause_length, NULL);
    return fake_model.invoke(memory);
}

int main(int argc, char **argv) {
    const long microseconds = argc > 1 ? atol(argv[1]) : 0;
    tkd_model model = fake_model;
    pause_length.tv_sec = microseconds / 1000000;
    pause_length.tv_nsec = microseconds % 1000000 * 1000;
    model.invoke = microseconds > 0 ? pause_and_invoke : fake_model.invoke;
    tkd_port_init();
    tkd_harness_run(&model, arena, sizeof arena, NULL, &firmware);
    return 0;
}
