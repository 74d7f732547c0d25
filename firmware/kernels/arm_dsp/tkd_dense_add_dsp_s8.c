#include "tkd_dense_dsp_body.h"
#include "tkd_dense_dsp_s8.h"

void tkd_dense_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_dsp_params *p,
                          void *scratch) {
    tkd_dense_dsp(input, addend, output, p, scratch);
}
