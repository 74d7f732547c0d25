#include "tkd_text_ids.h"

void tkd_text_bytes(const tkd_text *p, const uint8_t *normal, int32_t *ids) {
    tkd_text_ids t = tkd_text_begin(p, normal, ids);
    for (; t.at != t.end; ++t.at) {
        tkd_text_put(&t, 1u + (uint32_t)*t.at);
    }
    tkd_text_finish(&t);
}
