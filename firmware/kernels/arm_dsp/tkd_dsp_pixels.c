#include "tkd_dsp_pixels.h"

#include "tkd_dsp_pixels_body.h"

void tkd_dsp_pixels(const uint32_t *pixels, int8_t *output, int32_t count, const tkd_dsp_filters *f) {
    tkd_dsp_pixels_by(tkd_dsp_gemm, pixels, output, count, f);
}
