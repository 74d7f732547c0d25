/* What the runner needs of its surroundings: the file "in", the file "out", memory, and an end. */
#ifndef CONFORMANCE_IO_H
#define CONFORMANCE_IO_H

#include <stddef.h>
#include <stdint.h>

void io_open(void);
void io_read(void *to, size_t bytes);
void io_write(const void *from, size_t bytes);
uint8_t *io_memory(size_t bytes); /* 16-byte aligned; one block at a time */
void io_release(uint8_t *memory);
void io_fail(const char *name, const char *what); /* does not return */
void io_close(void);

#endif
