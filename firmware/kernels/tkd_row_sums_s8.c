#include "tkd_row_sums_s8.h"

#include "tkd_math.h"

void tkd_row_sums_s8(const int8_t *rows, int32_t *sums, const tkd_row_sums_params *p) {
    for (uint32_t c = 0; c < p->channels; c++) {
        int32_t sum = sums[c];
        uint32_t at = c;
        for (uint32_t pixels = p->pixels; pixels > 0u; --pixels, at += p->channels) {
            sum += rows[at];
        }
        sums[c] = sum;
    }
}

void tkd_average_of_sums_s8(const int32_t *sums, int8_t *output, const tkd_average_of_sums_params *p) {
    for (uint32_t c = 0; c < p->channels; c++) {
        const int32_t sum = sums[c];
        const int32_t average = (sum > 0 ? sum + p->count / 2 : sum - p->count / 2) / p->count;
        output[c] = (int8_t)tkd_clamp(average, p->min, p->max);
    }
}

void tkd_mean_of_sums_s8(const int32_t *sums, int8_t *output, const tkd_mean_of_sums_params *p) {
    for (uint32_t c = 0; c < p->channels; c++) {
        const int32_t value = tkd_requantize(sums[c] - p->zero_sum, p->multiplier, p->shift) + p->y_zero;
        output[c] = (int8_t)tkd_clamp(value, INT8_MIN, INT8_MAX);
    }
}
