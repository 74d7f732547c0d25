#include "tkd_conv_2d_3_dsp_body.h"
#include "tkd_conv_2d_3_dsp_s8.h"

static inline void tkd_dsp_store_three(const uint32_t *columns, const int8_t *addend, int8_t *output,
                                       const tkd_conv_2d_dsp_params *p, int8_t *result) {
    tkd_dsp_three(columns, result, &p->filters);
    tkd_dsp_add(result, addend, output, TKD_DSP_PIXELS * p->filters.channels, p->add);
}

static inline void tkd_dsp_store_one(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_dsp_params *p) {
    tkd_dsp_add(result, addend, output, p->filters.channels, p->add);
}

void tkd_conv_2d_3_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                              const tkd_conv_2d_dsp_params *p, void *scratch) {
    tkd_conv_2d_3_dsp(input, addend, output, p, scratch);
}
