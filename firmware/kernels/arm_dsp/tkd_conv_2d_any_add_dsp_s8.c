#include "tkd_conv_2d_any_dsp_body.h"
#include "tkd_conv_2d_any_dsp_s8.h"

static inline void tkd_dsp_store_any(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_any_dsp_params *p) {
    tkd_dsp_add(result, addend, output, p->filters.channels, p->add);
}

void tkd_conv_2d_any_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                const tkd_conv_2d_any_dsp_params *p, void *scratch) {
    tkd_conv_2d_any_dsp(input, addend, output, p, scratch);
}
