/*
 * Which inputs land on an output of TRANSPOSE_CONV, for the width of the file that includes it, which has set
 *   INPUT   the activations' type        SUM  the type of their sums
 *   PARAMS  the type of the constants    DOT  dot(input, weights, depth, p)
 */
#include <stdint.h>

/* The sum of all taps (ky, kx) through which an input lands on the output at (row, column), pads included. */
static SUM gather(const INPUT *x, const int8_t *w, int32_t row, int32_t column, const PARAMS *p) {
    SUM sum = 0;
    for (int32_t ky = row % p->stride_height; ky < p->kernel_height; ky += p->stride_height) {
        const int32_t in_row = (row - ky) / p->stride_height;
        if (row < ky || in_row >= p->height) {
            continue;
        }
        for (int32_t kx = column % p->stride_width; kx < p->kernel_width; kx += p->stride_width) {
            const int32_t in_column = (column - kx) / p->stride_width;
            if (column < kx || in_column >= p->width) {
                continue;
            }
            const INPUT *from = x + (in_row * p->width + in_column) * p->depth;
            sum += DOT(from, w + (ky * p->kernel_width + kx) * p->depth, p->depth, p);
        }
    }
    return sum;
}
