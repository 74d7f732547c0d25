/* Four values at a time. Portable twin: tkd_add_s8. */
#include "tkd_add_mve_s8.h"

#include "tkd_mve.h"

void tkd_add_mve_s8(const int8_t *a, const int8_t *b, int8_t *output, const tkd_add_params *p) {
    const tkd_mve_addition add = tkd_mve_addition_of(&p->scale);
    for (uint32_t fours = p->count / 4; fours > 0; fours--, a += 4, b += 4, output += 4) {
        vstrbq_s32(output, tkd_mve_add(vldrbq_s32(a), vldrbq_s32(b), &add));
    }
    if (p->count % 4 != 0) {
        const mve_pred16_t lanes = vctp32q(p->count % 4);
        vstrbq_p_s32(output, tkd_mve_add(vldrbq_z_s32(a, lanes), vldrbq_z_s32(b, lanes), &add), lanes);
    }
}
