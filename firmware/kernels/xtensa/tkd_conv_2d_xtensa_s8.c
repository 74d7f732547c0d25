#include "tkd_conv_2d_xtensa_s8.h"
#include "tkd_conv_2d_xtensa_body.h"

void tkd_conv_2d_xtensa_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_xtensa_params *p, void *scratch) {
    tkd_conv_2d_xtensa(input, NULL, output, p, scratch);
}
