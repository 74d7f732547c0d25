#include "tkd_dense_v6m_s8.h"
#include "tkd_dense_v6m_body.h"

void tkd_dense_v6m_s8(const int8_t *input, int8_t *output, const tkd_dense_v6m_params *p, void *scratch) {
    tkd_dense_v6m(input, NULL, output, p, scratch);
}
