#include "tkd_fully_connected_body.h"
#include "tkd_fully_connected_s8.h"

void tkd_fully_connected_add_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                const tkd_fully_connected_params *p) {
    tkd_fully_connected(input, addend, output, p);
}
