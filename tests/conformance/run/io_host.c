/* Files and heap of the host, so that AddressSanitizer guards the arena on both sides. */
#include <stdio.h>
#include <stdlib.h>

#include "io.h"

static FILE *from, *to;

void io_fail(const char *name, const char *what) {
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

void io_open(void) {
    from = fopen("in", "rb");
    to = fopen("out", "wb");
    if (from == NULL || to == NULL) {
        io_fail("runner", "cannot open its files");
    }
}

void io_read(void *data, size_t bytes) {
    if (fread(data, 1, bytes, from) != bytes) {
        io_fail("runner", "too few samples");
    }
}

void io_write(const void *data, size_t bytes) {
    if (fwrite(data, 1, bytes, to) != bytes) {
        io_fail("runner", "cannot write");
    }
}

uint8_t *io_memory(size_t bytes) { return (uint8_t *)malloc(bytes ? bytes : 1); }

void io_release(uint8_t *memory) { free(memory); }

void io_close(void) {
    fclose(from);
    fclose(to);
}
