/*
 * A stand-in for Espressif's esp_nn.h: the structures and functions that the adapters use, as documented there, written
 * for these tests and computed by our portable kernels. It holds nothing of ESP-NN.
 *
 * Builds with FAKE_SCRATCH_BYTES: what the functions that ask for scratch say they need.
 */
#ifndef FAKE_ESP_NN_H
#define FAKE_ESP_NN_H

#include <stdint.h>

typedef struct data_dims {
    int32_t width, height, channels, extra;
} data_dims_t;

typedef struct data_2d {
    int32_t width, height;
} data_2d_t;

typedef struct act_params {
    int32_t min, max;
} act_params_t;

typedef struct quant_data {
    int32_t *shift, *mult;
} quant_data_t;

typedef struct conv_params {
    int32_t in_offset, out_offset;
    data_2d_t stride, padding, dilation;
    act_params_t activation;
} conv_params_t;

typedef struct dw_conv_params {
    int32_t in_offset, out_offset, ch_mult;
    data_2d_t stride, padding, dilation;
    act_params_t activation;
} dw_conv_params_t;

int esp_nn_get_conv_scratch_size(const data_dims_t *input, const data_dims_t *filter, const data_dims_t *output,
                                 const conv_params_t *params);
void esp_nn_set_conv_scratch_buf(void *scratch);
void esp_nn_conv_s8(const data_dims_t *input_dims, const int8_t *input, const data_dims_t *filter_dims,
                    const int8_t *filter, const int32_t *bias, const data_dims_t *output_dims, int8_t *output,
                    const conv_params_t *params, const quant_data_t *quant);

int esp_nn_get_depthwise_conv_scratch_size(const data_dims_t *input, const data_dims_t *filter,
                                           const data_dims_t *output, const dw_conv_params_t *params);
void esp_nn_set_depthwise_conv_scratch_buf(void *scratch);
void esp_nn_depthwise_conv_s8(const data_dims_t *input_dims, const int8_t *input, const data_dims_t *filter_dims,
                              const int8_t *filter, const int32_t *bias, const data_dims_t *output_dims, int8_t *output,
                              const dw_conv_params_t *params, const quant_data_t *quant);

void esp_nn_fully_connected_s8(const int8_t *input, int32_t input_offset, uint16_t row_len, const int8_t *filter,
                               int32_t filter_offset, const int32_t *bias, int8_t *output, uint16_t out_channels,
                               int32_t out_offset, int32_t out_shift, int32_t out_mult, int32_t activation_min,
                               int32_t activation_max);
void esp_nn_fully_connected_per_ch_s8(const int8_t *input, int32_t input_offset, uint16_t row_len, const int8_t *filter,
                                      int32_t filter_offset, const int32_t *bias, int8_t *output, uint16_t out_channels,
                                      int32_t out_offset, const int32_t *out_shift, const int32_t *out_mult,
                                      int32_t activation_min, int32_t activation_max);

#endif
