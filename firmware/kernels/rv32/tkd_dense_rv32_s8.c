#include "tkd_dense_rv32_s8.h"
#include "tkd_dense_rv32_body.h"

void tkd_dense_rv32_s8(const int8_t *input, int8_t *output, const tkd_dense_rv32_params *p) {
    tkd_dense_rv32(input, NULL, output, p, NULL);
}
