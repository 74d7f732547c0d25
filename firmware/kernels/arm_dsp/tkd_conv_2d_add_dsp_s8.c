#include "tkd_conv_2d_dsp_body.h"
#include "tkd_conv_2d_dsp_s8.h"

static inline void tkd_dsp_store(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                                 const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result) {
    tkd_dsp_pixels_add(pixels, addend, output, count, f, add, result);
}

void tkd_conv_2d_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_dsp_params *p,
                            void *scratch) {
    tkd_conv_2d_dsp(input, addend, output, p, scratch);
}
