/* What a port without hardware was given to send. */
#ifndef FIXED_PORT_H
#define FIXED_PORT_H

#include <stddef.h>
#include <stdint.h>

extern uint8_t fixed_wire[1u << 17];
extern size_t fixed_wire_bytes;

#endif
