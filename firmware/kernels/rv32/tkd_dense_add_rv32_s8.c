#include "tkd_dense_rv32_body.h"
#include "tkd_dense_rv32_s8.h"

void tkd_dense_add_rv32_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_rv32_params *p,
                           void *scratch) {
    tkd_dense_rv32(input, addend, output, p, (int8_t *)scratch);
}
