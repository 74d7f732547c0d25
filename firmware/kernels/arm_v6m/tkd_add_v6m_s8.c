#include "tkd_add_v6m_s8.h"

#include "tkd_v6m.h"

void tkd_add_v6m_s8(const int8_t *a, const int8_t *b, int8_t *output, const tkd_add_params *p) {
    for (uint32_t i = 0; i < p->count; i++) {
        output[i] = tkd_v6m_add(a[i], b[i], &p->scale);
    }
}
