#include "tkd_dense_xtensa_body.h"
#include "tkd_dense_xtensa_s8.h"

void tkd_dense_add_xtensa_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                             const tkd_dense_xtensa_params *p, void *scratch) {
    tkd_dense_xtensa(input, addend, output, p, scratch);
}
