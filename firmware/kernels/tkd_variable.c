#include "tkd_variable.h"

#include <string.h>

void tkd_read_variable(void *output, const void *variable, const tkd_variable_params *p) {
    memcpy(output, variable, (size_t)p->bytes);
}

void tkd_assign_variable(const void *input, void *variable, const tkd_variable_params *p) {
    memcpy(variable, input, (size_t)p->bytes);
}
