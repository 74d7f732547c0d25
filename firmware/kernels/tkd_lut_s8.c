#include "tkd_lut_s8.h"

#include "tkd_flash.h"

void tkd_lut_s8(const int8_t *input, int8_t *output, const tkd_lut_params *p) {
    const int8_t *table = p->table;
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = TKD_LOAD_S8(table + (uint8_t)input[i]);
    }
}
