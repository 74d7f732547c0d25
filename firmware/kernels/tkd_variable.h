/* READ_VARIABLE and ASSIGN_VARIABLE: memory that lasts from one inference to the next. */
#ifndef TKD_VARIABLE_H
#define TKD_VARIABLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_variable_params {
    uint32_t bytes;
} tkd_variable_params;

/*
 * [out] output    [bytes]
 * [in]  variable  [bytes], kept between calls; apart from the output
 * [in]  p         constants
 */
void tkd_read_variable(void *output, const void *variable, const tkd_variable_params *p);

/*
 * [in]  input     [bytes]
 * [out] variable  [bytes], kept between calls; apart from the input
 * [in]  p         constants
 */
void tkd_assign_variable(const void *input, void *variable, const tkd_variable_params *p);

#ifdef __cplusplus
}
#endif
#endif
