/* ADD of two int8 tensors of one shape, for Armv6-M. Equals tkd_add_s8 in every byte; tkd_v6m.h has the arithmetic. */
#ifndef TKD_ADD_V6M_S8_H
#define TKD_ADD_V6M_S8_H

#include "tkd_add_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  a, b    [count], Range: [-128, 127]
 * [out] output  [count], Range: [-128, 127]; may be a or b
 * [in]  p       constants
 */
void tkd_add_v6m_s8(const int8_t *a, const int8_t *b, int8_t *output, const tkd_add_params *p);

#ifdef __cplusplus
}
#endif
#endif
