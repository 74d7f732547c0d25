/*
 * Gathers the columns that some output pixels of a row have in common, so that what their windows overlap in is copied
 * once, then dense rows. Portable twin: tkd_conv_2d_s8.
 */
#include "tkd_conv_2d_strip_mve_s8.h"

#include "tkd_mve.h"

/* `count` pixels of `channels` values, which lie `step` apart, to where they lie `down` apart. */
static void move_pixels(int8_t *to, uint32_t down, const int8_t *from, uint32_t step, uint32_t channels,
                        uint32_t count) {
    int8x16_t v;
    if (channels > 16) {
        for (; count > 0; count--, to += down, from += step) {
            tkd_mve_copy(to, from, channels);
        }
    } else {
        __asm__ volatile("vctp.8 %[channels]\n\t"
                         "wls lr, %[count], 2f\n"
                         "1:\n\t"
                         "vpstt\n\t"
                         "vldrbt.8 %q[v], [%[from]]\n\t"
                         "vstrbt.8 %q[v], [%[to]]\n\t"
                         "add %[from], %[from], %[step]\n\t"
                         "add %[to], %[to], %[down]\n\t"
                         "le lr, 1b\n"
                         "2:"
                         : [to] "+r"(to), [from] "+r"(from), [v] "=&w"(v)
                         : [step] "r"(step), [down] "r"(down), [channels] "r"(channels), [count] "r"(count)
                         : "lr", "memory");
    }
}

/* Row k of the columns from x0 on: before the image, in it, and after it. */
static void strip_row(int8_t *to, const int8_t *row, int32_t x0, uint32_t columns, const int8_t *padding,
                      const tkd_conv_2d_mve_params *p) {
    const int32_t x1 = x0 + (int32_t)columns, in_w = row != NULL ? p->window.in_w : 0;
    const int32_t first = tkd_clamp(x0, 0, in_w), last = tkd_clamp(x1, 0, in_w);
    const uint32_t before = (uint32_t)(tkd_clamp(0, x0, x1) - x0), inside = (uint32_t)(last - first);
    const uint32_t channels = p->in_channels, down = p->window.kernel_h * channels;
    const uint32_t lead = inside > 0 ? before : columns;
    move_pixels(to, down, padding, 0, channels, lead);
    if (inside > 0) {
        move_pixels(to + lead * down, down, row + (uint32_t)first * channels, channels, channels, inside);
        move_pixels(to + (lead + inside) * down, down, padding, 0, channels, columns - lead - inside);
    }
}

/* The columns that `count` output pixels from (y, x) on have in common. */
static void gather_strip(int8_t *to, const int8_t *input, uint32_t y, uint32_t x, uint32_t count, const int8_t *padding,
                         const tkd_conv_2d_mve_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    const uint32_t columns = (count - 1) * w->stride_w + w->kernel_w;
    int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h, to += p->in_channels) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        strip_row(to, inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL, x0, columns, padding, p);
    }
}

/* One image, row after row. */
static void image(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_mve_params *p,
                  int8_t *scratch) {
    const tkd_window *w = &p->window;
    int8_t *strip = scratch + p->in_channels;
    tkd_mve_fill(scratch, p->input_zero_point, p->in_channels);
    for (uint32_t y = 0; y < w->out_h; y++) {
        for (uint32_t x = 0; x < w->out_w; x += p->block) {
            const uint32_t left = w->out_w - x, count = left < p->block ? left : p->block;
            gather_strip(strip, input, y, x, count, scratch, p);
            tkd_mve_multiply(strip, addend, output, y * w->out_w + x, count, &p->matrix);
        }
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

void tkd_conv_2d_strip_mve_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_mve_params *p, void *scratch) {
    conv_2d(input, NULL, output, p, (int8_t *)scratch);
}

void tkd_conv_2d_strip_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                  const tkd_conv_2d_mve_params *p, void *scratch) {
    conv_2d(input, addend, output, p, (int8_t *)scratch);
}
