#include "tkd_depthwise_3x3_dsp_s8.h"
#include "tkd_depthwise_3x3_dsp_body.h"

static inline void tkd_dsp_two_rows(const tkd_dsp_rows *r, int swap) {
    if (swap) {
        tkd_dsp_rows_lower_first(r);
    } else {
        tkd_dsp_rows_upper_first(r);
    }
}

void tkd_depthwise_3x3_dsp_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_dsp_params *p,
                              void *scratch) {
    tkd_depthwise_3x3_dsp(input, output, p, scratch);
}
