#include "tkd_dsp_three.h"
#include "tkd_dsp_gemm_3.h"
#include "tkd_dsp_pixels_body.h"

void tkd_dsp_three(const uint32_t *columns, int8_t *output, const tkd_dsp_filters *f) {
    tkd_dsp_pixels_by(tkd_dsp_gemm_3, columns, output, TKD_DSP_PIXELS, f);
}
