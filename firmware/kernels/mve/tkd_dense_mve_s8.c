/* Portable twin: tkd_fully_connected_s8. */
#include "tkd_dense_mve_s8.h"

#include <stddef.h>

void tkd_dense_mve_s8(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p) {
    p->matrix.function(input, NULL, output, p->rows, &p->matrix);
}

void tkd_dense_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p) {
    p->matrix.function(input, addend, output, p->rows, &p->matrix);
}
