#include "tkd_dense_xtensa_s8.h"
#include "tkd_dense_xtensa_body.h"

void tkd_dense_xtensa_s8(const int8_t *input, int8_t *output, const tkd_dense_xtensa_params *p, void *scratch) {
    tkd_dense_xtensa(input, NULL, output, p, scratch);
}
