/* Gathers the inputs of one output pixel into scratch, then a dense row. Portable twin: tkd_conv_2d_s8. */
#include "tkd_conv_2d_mve_s8.h"

#include "tkd_mve.h"

/* The kernel_w taps of one row of the image, from column x0 on; row is NULL above and below the image. */
static int8_t *gather_row(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t channels = p->in_channels;
    for (uint32_t k = 0; k < w->kernel_w; k++, x0 += w->dilation_w, to += channels) {
        if (row != NULL && x0 >= 0 && x0 < w->in_w) {
            tkd_mve_copy(to, row + (uint32_t)x0 * channels, channels);
        } else {
            tkd_mve_fill(to, p->input_zero_point, channels);
        }
    }
    return to;
}

/* The window at (y0, x0), which lies inside of the image and has no holes: one run for each row. */
static void gather_inside(int8_t *to, const int8_t *from, const tkd_conv_2d_mve_params *p) {
    const uint32_t run = (uint32_t)p->window.kernel_w * p->in_channels;
    const uint32_t down = (uint32_t)p->window.in_w * p->in_channels;
    for (uint32_t k = p->window.kernel_h; k > 0; k--, to += run, from += down) {
        tkd_mve_copy(to, from, run);
    }
}

static void gather(int8_t *to, const int8_t *input, int32_t y0, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        to = gather_row(to, inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL, x0, p);
    }
}

static int is_inside(const tkd_window *w, int32_t y0, int32_t x0) {
    return w->dilation_h == 1 && w->dilation_w == 1 && y0 >= 0 && x0 >= 0 && y0 + w->kernel_h <= w->in_h &&
           x0 + w->kernel_w <= w->in_w;
}

/* The inputs of output pixel (y, x); outside of the image they are the zero point. */
static void gather_pixel(int8_t *to, const int8_t *input, uint32_t y, uint32_t x, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    if (is_inside(w, y0, x0)) {
        gather_inside(to, input + ((uint32_t)y0 * w->in_w + (uint32_t)x0) * p->in_channels, p);
    } else {
        gather(to, input, y0, x0, p);
    }
}

/* Every output pixel in row-major order; addend is NULL where there is none. */
static void conv_2d(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                    int8_t *patch) {
    const tkd_window *w = &p->window;
    const uint32_t outputs = p->dense.outputs;
    tkd_mve_fill(patch, 0, p->dense.depth);
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (uint32_t pixel = 0; pixel < (uint32_t)w->out_h * w->out_w; pixel++, output += outputs) {
            gather_pixel(patch, input, pixel / w->out_w, pixel % w->out_w, p);
            if (addend == NULL) {
                tkd_dense_mve_row(patch, output, &p->dense);
            } else {
                tkd_dense_add_mve_row(patch, addend, output, &p->dense);
                addend += outputs;
            }
        }
    }
}

void tkd_conv_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch) {
    conv_2d(input, NULL, output, p, (int8_t *)scratch);
}

void tkd_conv_2d_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                            void *scratch) {
    conv_2d(input, addend, output, p, (int8_t *)scratch);
}
