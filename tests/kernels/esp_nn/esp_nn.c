/* The functions of the stand-in esp_nn.h: arguments are checked, then our portable kernels compute. */
#include "esp_nn.h"

#include <stdlib.h>
#include <string.h>

#include "tkd_conv_2d_s8.h"
#include "tkd_depthwise_conv_2d_s8.h"
#include "tkd_fully_connected_s8.h"

#ifndef FAKE_SCRATCH_BYTES
#define FAKE_SCRATCH_BYTES 16
#endif

enum { MOST = 512, ROOM = 1 << 16 };

static void *scratch_of_conv, *scratch_of_depthwise;
static int8_t own_scratch[ROOM], own_weights[ROOM], shifts[MOST];
static int32_t folded[MOST];

static void require(int condition) {
    if (!condition) {
        abort();
    }
}

static int aligned(const void *at) { return at != NULL && (uintptr_t)at % 16u == 0; }

static tkd_requant requant(const int32_t *mult, const int32_t *shift, uint32_t count, int32_t offset, int32_t min,
                           int32_t max) {
    tkd_requant r = {mult, shifts, count > 1, (int8_t)offset, (int8_t)min, (int8_t)max};
    require(count <= MOST);
    for (uint32_t i = 0; i < count; i++) {
        shifts[i] = (int8_t)shift[i];
    }
    return r;
}

/* bias + offset * the sum of each channel's weights. */
static void fold(const int8_t *weights, const int32_t *bias, uint32_t channels, uint32_t taps, int32_t offset) {
    require(channels <= MOST && offset >= -127 && offset <= 128);
    for (uint32_t c = 0; c < channels; c++, weights += taps) {
        int32_t sum = 0;
        for (uint32_t i = 0; i < taps; i++) {
            sum += weights[i];
        }
        folded[c] = bias[c] + offset * sum;
    }
}

static tkd_window window(const data_dims_t *in, const data_dims_t *filter, const data_dims_t *out, data_2d_t stride,
                         data_2d_t padding) {
    tkd_window w;
    memset(&w, 0, sizeof w);
    w.batches = w.dilation_h = w.dilation_w = 1;
    w.in_h = (uint16_t)in->height;
    w.in_w = (uint16_t)in->width;
    w.out_h = (uint16_t)out->height;
    w.out_w = (uint16_t)out->width;
    w.kernel_h = (uint16_t)filter->height;
    w.kernel_w = (uint16_t)filter->width;
    w.stride_h = (uint16_t)stride.height;
    w.stride_w = (uint16_t)stride.width;
    w.pad_top = (uint16_t)padding.height;
    w.pad_left = (uint16_t)padding.width;
    return w;
}

int esp_nn_get_conv_scratch_size(const data_dims_t *input, const data_dims_t *filter, const data_dims_t *output,
                                 const conv_params_t *params) {
    require(input->channels == filter->channels && output->channels > 0 && params->dilation.width == 1);
    return FAKE_SCRATCH_BYTES;
}

void esp_nn_set_conv_scratch_buf(void *scratch) { scratch_of_conv = scratch; }

void esp_nn_conv_s8(const data_dims_t *input_dims, const int8_t *input, const data_dims_t *filter_dims,
                    const int8_t *filter, const int32_t *bias, const data_dims_t *output_dims, int8_t *output,
                    const conv_params_t *params, const quant_data_t *quant) {
    const uint32_t channels = (uint32_t)output_dims->channels;
    const uint32_t patch = (uint32_t)(filter_dims->width * filter_dims->height * filter_dims->channels);
    tkd_conv_2d_params p;
    memset(&p, 0, sizeof p);
    require(aligned(input) && aligned(output) && aligned(scratch_of_conv) && 2 * patch <= ROOM);
    require(input_dims->channels == filter_dims->channels);
    fold(filter, bias, channels, patch, params->in_offset);
    p.weights = filter;
    p.bias = folded;
    p.out = requant(quant->mult, quant->shift, channels, params->out_offset, params->activation.min,
                    params->activation.max);
    p.window = window(input_dims, filter_dims, output_dims, params->stride, params->padding);
    p.in_channels = p.depth = (uint16_t)input_dims->channels;
    p.out_channels = (uint16_t)channels;
    p.groups = 1;
    p.patch = patch;
    p.input_zero_point = (int8_t)-params->in_offset;
    memset(scratch_of_conv, 0x33, FAKE_SCRATCH_BYTES);
    tkd_conv_2d_s8(input, output, &p, own_scratch);
}

int esp_nn_get_depthwise_conv_scratch_size(const data_dims_t *input, const data_dims_t *filter,
                                           const data_dims_t *output, const dw_conv_params_t *params) {
    require(input->channels * params->ch_mult == output->channels && filter->width > 0);
    return FAKE_SCRATCH_BYTES;
}

void esp_nn_set_depthwise_conv_scratch_buf(void *scratch) { scratch_of_depthwise = scratch; }

void esp_nn_depthwise_conv_s8(const data_dims_t *input_dims, const int8_t *input, const data_dims_t *filter_dims,
                              const int8_t *filter, const int32_t *bias, const data_dims_t *output_dims, int8_t *output,
                              const dw_conv_params_t *params, const quant_data_t *quant) {
    const uint32_t channels = (uint32_t)output_dims->channels;
    const uint32_t taps = (uint32_t)(filter_dims->width * filter_dims->height);
    tkd_depthwise_conv_2d_params p;
    memset(&p, 0, sizeof p);
    require(aligned(input) && aligned(output) && aligned(scratch_of_depthwise) && taps * channels <= ROOM);
    for (uint32_t c = 0; c < channels; c++) { /* [y][x][channel] to [channel][y][x] */
        for (uint32_t i = 0; i < taps; i++) {
            own_weights[c * taps + i] = filter[i * channels + c];
        }
    }
    fold(own_weights, bias, channels, taps, params->in_offset);
    p.weights = own_weights;
    p.bias = folded;
    p.out = requant(quant->mult, quant->shift, channels, params->out_offset, params->activation.min,
                    params->activation.max);
    p.window = window(input_dims, filter_dims, output_dims, params->stride, params->padding);
    p.in_channels = (uint16_t)input_dims->channels;
    p.multiplier = (uint16_t)params->ch_mult;
    p.plane_h = (uint16_t)((p.window.out_h - 1) * p.window.stride_h + p.window.kernel_h);
    p.plane_w = (uint16_t)((p.window.out_w - 1) * p.window.stride_w + p.window.kernel_w);
    p.input_zero_point = (int8_t)-params->in_offset;
    require((uint32_t)p.plane_h * p.plane_w <= ROOM);
    memset(scratch_of_depthwise, 0x33, FAKE_SCRATCH_BYTES);
    tkd_depthwise_conv_2d_s8(input, output, &p, own_scratch);
}

/* Refuses what esp-nn #34 is about. */
static void dense(const int8_t *input, int32_t input_offset, uint16_t row_len, const int8_t *filter,
                  int32_t filter_offset, const int32_t *bias, int8_t *output, uint16_t outputs, tkd_requant out) {
    tkd_fully_connected_params p;
    memset(&p, 0, sizeof p);
    require(aligned(input) && row_len >= 16 && filter_offset == 0);
    fold(filter, bias, outputs, row_len, input_offset);
    p.weights = filter;
    p.bias = folded;
    p.out = out;
    p.rows = 1;
    p.depth = row_len;
    p.outputs = outputs;
    tkd_fully_connected_s8(input, output, &p);
}

void esp_nn_fully_connected_s8(const int8_t *input, int32_t input_offset, uint16_t row_len, const int8_t *filter,
                               int32_t filter_offset, const int32_t *bias, int8_t *output, uint16_t out_channels,
                               int32_t out_offset, int32_t out_shift, int32_t out_mult, int32_t activation_min,
                               int32_t activation_max) {
    const tkd_requant out = requant(&out_mult, &out_shift, 1, out_offset, activation_min, activation_max);
    dense(input, input_offset, row_len, filter, filter_offset, bias, output, out_channels, out);
}

void esp_nn_fully_connected_per_ch_s8(const int8_t *input, int32_t input_offset, uint16_t row_len, const int8_t *filter,
                                      int32_t filter_offset, const int32_t *bias, int8_t *output, uint16_t out_channels,
                                      int32_t out_offset, const int32_t *out_shift, const int32_t *out_mult,
                                      int32_t activation_min, int32_t activation_max) {
    const tkd_requant out = requant(out_mult, out_shift, out_channels, out_offset, activation_min, activation_max);
    require(out_channels >= 16);
    dense(input, input_offset, row_len, filter, filter_offset, bias, output, out_channels, out);
}
