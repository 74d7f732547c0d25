#include "tkd_conv_2d_any_dsp_s8.h"
#include "tkd_conv_2d_any_dsp_body.h"

static inline void tkd_dsp_store_any(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_any_dsp_params *p) {
    (void)addend;
    memcpy(output, result, p->filters.channels);
}

void tkd_conv_2d_any_dsp_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_any_dsp_params *p, void *scratch) {
    tkd_conv_2d_any_dsp(input, NULL, output, p, scratch);
}
