/* Gathers the inputs of one output pixel into scratch, then computes it as a dense row. Portable twin: tkd_conv_2d_s8. */
#include "tkd_conv_2d_mve_s8.h"

#include <stddef.h>
#include <string.h>

/* Taps that are next to each other in the image: one copy. */
static int is_run(const tkd_window *w, int32_t x0) {
    return w->dilation_w == 1 && x0 >= 0 && x0 + w->kernel_w <= w->in_w;
}

/* The kernel_w taps of one row of the image, from column x0 on; row is NULL above and below the image. */
static int8_t *gather_row(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    if (row != NULL && is_run(w, x0)) {
        memcpy(to, row + (uint32_t)x0 * p->in_channels, (size_t)w->kernel_w * p->in_channels);
        return to + (size_t)w->kernel_w * p->in_channels;
    }
    for (uint32_t k = 0; k < w->kernel_w; k++, x0 += w->dilation_w, to += p->in_channels) {
        if (row != NULL && x0 >= 0 && x0 < w->in_w) {
            memcpy(to, row + (uint32_t)x0 * p->in_channels, p->in_channels);
        } else {
            memset(to, p->input_zero_point, p->in_channels);
        }
    }
    return to;
}

static void gather(int8_t *to, const int8_t *input, uint32_t y, uint32_t x, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        to = gather_row(to, inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL, x0, p);
    }
}

void tkd_conv_2d_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                            void *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t outputs = p->dense.outputs;
    memset(scratch, 0, p->dense.depth);
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++, output += outputs) {
                gather((int8_t *)scratch, input, y, x, p);
                tkd_dense_mve_row((const int8_t *)scratch, addend, output, &p->dense);
                addend = addend == NULL ? NULL : addend + outputs;
            }
        }
    }
}

void tkd_conv_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch) {
    tkd_conv_2d_add_mve_s8(input, NULL, output, p, scratch);
}
