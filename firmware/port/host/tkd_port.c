/*
 * tkd_port.h as a process on a pseudo-terminal: the firmware on the machine it was built on. POSIX.
 *
 * The terminal's path is the first line of standard output ("port /dev/pts/7"). The process keeps its own handle on
 * the far end, so clients may come and go; it ends when it is killed. While it waits to send it receives, into a ring
 * that holds more than the window: two ends that only write would wait for each other.
 */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 600
#include "tkd_port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define WINDOW_BYTES 32768u /* a long input is received while the one before it is computed */
#define RING_BYTES 36864u   /* with the short frames that no window counts */

typedef struct host_port {
    int master, slave;
    size_t next, count; /* `count` unread bytes, the first of them rx[next]; the ring goes on at rx[0] */
    uint8_t rx[RING_BYTES];
} host_port;

static host_port port = {-1, -1, 0, 0, {0}};

static void fail(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

/* No echo, no line editing, no translation: POSIX.1-2008, chapter 11. */
static void set_raw(int fd) {
    struct termios mode;
    if (tcgetattr(fd, &mode) != 0) {
        fail("tcgetattr");
    }
    mode.c_iflag = 0;
    mode.c_oflag = 0;
    mode.c_lflag = 0;
    mode.c_cflag = CS8 | CREAD | CLOCAL;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    if (tcsetattr(fd, TCSANOW, &mode) != 0) {
        fail("tcsetattr");
    }
}

void tkd_port_init(void) {
    port.master = posix_openpt(O_RDWR | O_NOCTTY);
    if (port.master < 0 || grantpt(port.master) != 0 || unlockpt(port.master) != 0) {
        fail("pseudo-terminal");
    }
    const char *path = ptsname(port.master);
    port.slave = path == NULL ? -1 : open(path, O_RDWR | O_NOCTTY);
    if (port.slave < 0) {
        fail("pseudo-terminal");
    }
    set_raw(port.slave);
    if (fcntl(port.master, F_SETFL, O_NONBLOCK) != 0) {
        fail("pseudo-terminal");
    }
    (void)printf("port %s\n", path);
    (void)fflush(stdout);
}

/* As much as fits up to the end of the ring, or up to what was not read yet. */
static void receive(void) {
    const size_t end = (port.next + port.count) % RING_BYTES;
    const size_t room = end < port.next ? port.next - end : RING_BYTES - end;
    const ssize_t bytes = read(port.master, port.rx + end, room);
    if (bytes < 0 && errno != EINTR && errno != EAGAIN) {
        fail("read");
    }
    port.count += bytes > 0 ? (size_t)bytes : 0;
}

/* Waits until one of `events` is there or something came, which is received as far as the ring has room. */
static void wait_for(short events, int timeout_ms) {
    const short input = port.count < RING_BYTES ? POLLIN : 0;
    struct pollfd wanted = {port.master, (short)(events | input), 0};
    if (poll(&wanted, 1, timeout_ms) < 0 && errno != EINTR) {
        fail("poll");
    }
    if (wanted.revents & input) {
        receive();
    }
}

int tkd_port_read(uint32_t timeout_ms) {
    if (port.count == 0) {
        wait_for(0, timeout_ms > INT32_MAX ? -1 : (int)timeout_ms);
    }
    if (port.count == 0) {
        return -1;
    }
    const uint8_t byte = port.rx[port.next];
    port.next = (port.next + 1) % RING_BYTES;
    --port.count;
    return byte;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    while (bytes > 0) {
        const ssize_t written = write(port.master, data, bytes);
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            fail("write");
        }
        if (written > 0) {
            data += written;
            bytes -= (size_t)written;
        } else {
            wait_for(POLLOUT, -1);
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

uint32_t tkd_port_core_hz(void) { return 0; }

const char *tkd_port_caches(void) { return ""; }

uint32_t tkd_port_rx_window(void) { return WINDOW_BYTES; }

uint32_t tkd_port_stack_bytes(void) { return 0; }

uint32_t tkd_port_stack_used(void) { return 0; }

/* The harness starts again by itself; what was received before is forgotten, as in a reset. */
void tkd_port_reset(void) {
    port.next = 0;
    port.count = 0;
}
