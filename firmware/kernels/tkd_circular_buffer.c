/* Source: tensorflow/lite/micro/kernels/circular_buffer.cc, EvalInt8. */
#include "tkd_circular_buffer.h"

#include <string.h>

void tkd_circular_buffer(const int8_t *input, int8_t *output, void *slots, const tkd_circular_buffer_params *p) {
    int8_t *const oldest = (int8_t *)slots;
    memmove(oldest, oldest + p->slot, (size_t)p->kept);
    memcpy(oldest + p->kept, input, (size_t)p->slot);
    memcpy(output, oldest, (size_t)(p->kept + p->slot));
}
