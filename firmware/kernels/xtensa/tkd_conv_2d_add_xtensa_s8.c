#include "tkd_conv_2d_xtensa_body.h"
#include "tkd_conv_2d_xtensa_s8.h"

void tkd_conv_2d_add_xtensa_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                               const tkd_conv_2d_xtensa_params *p, void *scratch) {
    tkd_conv_2d_xtensa(input, addend, output, p, scratch);
}
