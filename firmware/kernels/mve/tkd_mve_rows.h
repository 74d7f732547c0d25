/*
 * Rows of int8 times a matrix of int8 on Helium, four outputs at a time; the compiler chooses the function.
 *
 *   tkd_mve_rows_16/32/48/64  the row stays in one to four vector registers: 8 instructions for 64 MACs
 *   tkd_mve_rows_3            three rows beside two outputs in each step: 12 instructions for 96 MACs
 *   tkd_mve_rows_1            one row beside four outputs in each step: 10 instructions for 64 MACs
 *
 * Those with relu are for a clamp that begins at the output's zero point, without addend and shifts to the left:
 * negative products all become the minimum, so the second rounding may round half up. They want fours of outputs.
 */
#ifndef TKD_MVE_ROWS_H
#define TKD_MVE_ROWS_H

#include <stddef.h>

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tkd_mve_matrix;

/*
 * [in]  input   [rows], each [depth], p->stride bytes apart, Range: [-128, 127]
 * [in]  addend  [rows][outputs], Range: [-128, 127]; NULL where there is none; may be the output itself
 * [out] output  [rows][outputs], Range: [-128, 127]
 * [in]  rows    > 0
 * [in]  p       constants
 */
typedef void tkd_mve_rows(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const struct tkd_mve_matrix *p);

typedef struct tkd_mve_matrix {
    const int8_t *weights; /* flash, by fours of outputs, zero-padded: [depth / 16][4][16], or for three rows
                              [outputs 0 and 2, then 1 and 3][depth / 16][2][16] */
    const int32_t *lanes;  /* flash, by fours of outputs: 4 biases with the input's zero point folded in, 4
                              multipliers of Q0.31, 4 shifts of one byte, positive = left */
    tkd_mve_rows *function;
    uint32_t depth, outputs;
    uint32_t stride; /* bytes from row to row */
    int8_t zero_point, min, max;
    uint8_t left;             /* whether any shift is positive */
    const tkd_add_scale *add; /* NULL where there is no addend */
} tkd_mve_matrix;

void tkd_mve_rows_16(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_32(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_48(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_64(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_3(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_1(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p);
void tkd_mve_rows_relu_16(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p);
void tkd_mve_rows_relu_32(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p);
void tkd_mve_rows_relu_48(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p);
void tkd_mve_rows_relu_64(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p);
void tkd_mve_rows_relu_3(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                         const tkd_mve_matrix *p);
void tkd_mve_rows_relu_1(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                         const tkd_mve_matrix *p);

/* The rows of patches that begin at `patches` become `count` pixels from output pixel `at` on. */
static inline void tkd_mve_multiply(const int8_t *patches, const int8_t *addend, int8_t *output, uint32_t at,
                                    uint32_t count, const tkd_mve_matrix *m) {
    m->function(patches, addend != NULL ? addend + at * m->outputs : NULL, output + at * m->outputs, count, m);
}

#ifdef __cplusplus
}
#endif
#endif
