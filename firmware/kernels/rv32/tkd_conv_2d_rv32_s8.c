#include "tkd_conv_2d_rv32_s8.h"
#include "tkd_conv_2d_rv32_body.h"

void tkd_conv_2d_rv32_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_rv32_params *p, void *scratch) {
    tkd_conv_2d_rv32(input, NULL, output, p, scratch);
}
