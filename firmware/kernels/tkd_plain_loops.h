/* The loops of tkd_plain.h: a macro each, so that an op is its expression of va and vb. */
#ifndef TKD_PLAIN_LOOPS_H
#define TKD_PLAIN_LOOPS_H

#include <string.h>

#include "tkd_math.h"
#include "tkd_plain.h"

/* Body of a function (a, b, y, p): each y = RESULT of the operands va and vb of TYPE. */
#define TKD_PLAIN_LOOP(TYPE, RESULT)                                                                                   \
    tkd_row row = tkd_rows_first(&p->rows);                                                                            \
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];                                          \
    do {                                                                                                               \
        const TYPE *pa = a + row.offset[0], *pb = b + row.offset[1];                                                   \
        for (int32_t i = 0; i < p->rows.row_count; i++) {                                                              \
            const TYPE va = pa[i * a_step], vb = pb[i * b_step];                                                       \
            *y++ = (RESULT);                                                                                           \
        }                                                                                                              \
    } while (tkd_rows_next(&p->rows, &row))

/* The same of int64 at any address: STORE puts what va and vb give at (uint8_t *)y. */
#define TKD_PLAIN_LOOP_S64(STORE)                                                                                      \
    tkd_row row = tkd_rows_first(&p->rows);                                                                            \
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];                                          \
    do {                                                                                                               \
        for (int32_t i = 0; i < p->rows.row_count; i++) {                                                              \
            int64_t va, vb;                                                                                            \
            memcpy(&va, (const uint8_t *)a + (row.offset[0] + i * a_step) * 8, sizeof va);                             \
            memcpy(&vb, (const uint8_t *)b + (row.offset[1] + i * b_step) * 8, sizeof vb);                             \
            STORE;                                                                                                     \
        }                                                                                                              \
    } while (tkd_rows_next(&p->rows, &row))

/* The bit of accept that a and b are judged by. */
#define TKD_ORDER(va, vb) ((va) < (vb) ? 0 : (va) == (vb) ? 1 : 2)

#endif
