#include "tkd_dsp_rows.h"

#include "tkd_dsp_rows_asm.h"

#if TKD_DSP_ASM

__attribute__((naked)) void tkd_dsp_low_rows_upper_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(TKD_ROWS("r10", "r11", TKD_ROWS_SCALED, TKD_ROWS_SAME, TKD_ROWS_SAME));
}

__attribute__((naked)) void tkd_dsp_low_rows_lower_first(TKD_DSP_UNUSED const tkd_dsp_rows *r) {
    __asm__ volatile(TKD_ROWS("r11", "r10", TKD_ROWS_SCALED, TKD_ROWS_SAME, TKD_ROWS_SAME));
}

#else

void tkd_dsp_low_rows_upper_first(const tkd_dsp_rows *r) { tkd_dsp_rows_all(r, 0); }

void tkd_dsp_low_rows_lower_first(const tkd_dsp_rows *r) { tkd_dsp_rows_all(r, 1); }

#endif
