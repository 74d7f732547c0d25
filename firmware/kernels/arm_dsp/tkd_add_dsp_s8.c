#include "tkd_add_dsp_s8.h"

void tkd_add_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_add_dsp_params *p) {
    tkd_dsp_add(a, b, y, p->count, &p->add);
}
