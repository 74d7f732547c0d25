#include "tkd_dsp_add.h"
#include "tkd_dsp_pixels.h"

void tkd_dsp_pixels_add(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                        const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result) {
    tkd_dsp_pixels(pixels, result, count, f);
    tkd_dsp_add(result, addend, output, count * f->channels, add);
}
