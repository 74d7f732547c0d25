#include "tkd_dsp_rows.h"

#include "tkd_dsp_rows_asm.h"

#if TKD_DSP_ASM

#define SIGNED_ROWS(first, second) TKD_ROWS(first, second, TKD_ROWS_SCALED_SIGNED, TKD_ROWS_SAVE, TKD_ROWS_RESTORE)

__attribute__((naked)) void tkd_dsp_rows_upper_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(SIGNED_ROWS("r10", "r11"));
}

__attribute__((naked)) void tkd_dsp_rows_lower_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(SIGNED_ROWS("r11", "r10"));
}

#else

void tkd_dsp_rows_upper_first(const tkd_dsp_rows *r) { tkd_dsp_rows_all(r, 0); }

void tkd_dsp_rows_lower_first(const tkd_dsp_rows *r) { tkd_dsp_rows_all(r, 1); }

#endif
