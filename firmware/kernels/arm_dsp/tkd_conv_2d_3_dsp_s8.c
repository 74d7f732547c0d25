#include "tkd_conv_2d_3_dsp_s8.h"
#include "tkd_conv_2d_3_dsp_body.h"

static inline void tkd_dsp_store_three(const uint32_t *columns, const int8_t *addend, int8_t *output,
                                       const tkd_conv_2d_dsp_params *p, int8_t *result) {
    (void)addend;
    (void)result;
    tkd_dsp_three(columns, output, &p->filters);
}

static inline void tkd_dsp_store_one(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_dsp_params *p) {
    (void)addend;
    memcpy(output, result, p->filters.channels);
}

void tkd_conv_2d_3_dsp_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_dsp_params *p, void *scratch) {
    tkd_conv_2d_3_dsp(input, NULL, output, p, scratch);
}
