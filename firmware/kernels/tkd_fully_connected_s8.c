#include "tkd_fully_connected_s8.h"

#include "tkd_fully_connected_body.h"

void tkd_fully_connected_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_params *p) {
    tkd_fully_connected(input, NULL, output, p);
}
