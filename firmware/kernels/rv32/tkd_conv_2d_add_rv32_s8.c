#include "tkd_conv_2d_rv32_body.h"
#include "tkd_conv_2d_rv32_s8.h"

void tkd_conv_2d_add_rv32_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                             const tkd_conv_2d_rv32_params *p, void *scratch) {
    tkd_conv_2d_rv32(input, addend, output, p, scratch);
}
