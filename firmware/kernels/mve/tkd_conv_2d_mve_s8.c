/* Gathers the inputs of some output pixels into scratch, then dense rows. Portable twin: tkd_conv_2d_s8. */
#include "tkd_conv_2d_mve_s8.h"

#include "tkd_mve.h"

/* The kernel_w taps of one row of the image, from column x0 on. */
static void gather_holes(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t channels = p->in_channels;
    for (uint32_t k = 0; k < w->kernel_w; k++, x0 += w->dilation_w, to += channels) {
        if (x0 >= 0 && x0 < w->in_w) {
            tkd_mve_copy(to, row + (uint32_t)x0 * channels, channels);
        } else {
            tkd_mve_fill(to, p->input_zero_point, channels);
        }
    }
}

/* The same of a window without holes: what lies left of the image, in it, and right of it. */
static void gather_run(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x1 = x0 + w->kernel_w, channels = p->in_channels;
    const int32_t first = tkd_clamp(x0, 0, w->in_w), last = tkd_clamp(x1, 0, w->in_w);
    const uint32_t before = (uint32_t)((x0 < 0 ? (x1 < 0 ? x1 : 0) - x0 : 0) * channels);
    const uint32_t inside = (uint32_t)((last - first) * channels);
    tkd_mve_fill(to, p->input_zero_point, before);
    tkd_mve_copy(to + before, row + first * channels, inside);
    tkd_mve_fill(to + before + inside, p->input_zero_point, (uint32_t)(w->kernel_w * channels) - before - inside);
}

/* The window at (y0, x0), which lies inside of the image and has no holes: one run for each row. */
static void gather_inside(int8_t *to, const int8_t *from, const tkd_conv_2d_mve_params *p) {
    const uint32_t run = (uint32_t)p->window.kernel_w * p->in_channels;
    const uint32_t down = (uint32_t)p->window.in_w * p->in_channels;
    for (uint32_t k = p->window.kernel_h;; to += run, from += down) {
        tkd_mve_copy(to, from, run);
        if (--k == 0) {
            break; /* a row further there may be no image */
        }
    }
}

static void gather(int8_t *to, const int8_t *input, int32_t y0, int32_t x0, const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t run = (uint32_t)w->kernel_w * p->in_channels;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h, to += run) {
        const int8_t *row = input + (uint32_t)y0 * w->in_w * p->in_channels;
        if (y0 < 0 || y0 >= w->in_h) {
            tkd_mve_fill(to, p->input_zero_point, run);
        } else if (w->dilation_w == 1) {
            gather_run(to, row, x0, p);
        } else {
            gather_holes(to, row, x0, p);
        }
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

/* One image, `block` output pixels after the other. */
static void image(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                  int8_t *patches) {
    const tkd_window *w = &p->window;
    const uint32_t pixels = (uint32_t)w->out_h * w->out_w;
    uint32_t y = 0, x = 0;
    tkd_mve_fill(patches, 0, p->matrix.depth * p->block);
    for (uint32_t done = 0; done < pixels; done += p->block) {
        const uint32_t count = pixels - done < p->block ? pixels - done : p->block;
        for (uint32_t i = 0; i < count; i++) {
            gather_pixel(patches + i * p->matrix.depth, input, y, x, p);
            if (++x == w->out_w) {
                x = 0;
                y++;
            }
        }
        tkd_mve_multiply(patches, addend, output, done, count, &p->matrix);
    }
}

static void conv_2d(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                    int8_t *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t out_bytes = (uint32_t)w->out_h * w->out_w * p->matrix.outputs;
    for (uint32_t n = 0; n < w->batches; n++) {
        const int8_t *from = input + n * w->in_h * w->in_w * p->in_channels;
        image(from, addend != NULL ? addend + n * out_bytes : NULL, output + n * out_bytes, p, scratch);
    }
}

void tkd_conv_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch) {
    conv_2d(input, NULL, output, p, (int8_t *)scratch);
}

void tkd_conv_2d_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                            void *scratch) {
    conv_2d(input, addend, output, p, (int8_t *)scratch);
}
