#include "tkd_depthwise_esp_nn_s8.h"

#include "tkd_esp_nn_body.h"

typedef struct shapes {
    data_dims_t input, filter, output;
    dw_conv_params_t params;
} shapes;

static shapes shapes_of(const tkd_depthwise_esp_nn_params *p) {
    const tkd_window *w = &p->window;
    const int32_t channels = (int32_t)p->in_channels * p->channel_multiplier;
    shapes s;
    s.input = tkd_esp_nn_dims(w->in_w, w->in_h, p->in_channels);
    s.filter = tkd_esp_nn_dims(w->kernel_w, w->kernel_h, channels);
    s.output = tkd_esp_nn_dims(w->out_w, w->out_h, channels);
    s.params.in_offset = p->in_offset;
    s.params.out_offset = p->out_offset;
    s.params.ch_mult = p->channel_multiplier;
    s.params.stride = tkd_esp_nn_pair(w->stride_w, w->stride_h);
    s.params.padding = tkd_esp_nn_pair(w->pad_left, w->pad_top);
    s.params.dilation = tkd_esp_nn_pair(1, 1);
    s.params.activation.min = p->min;
    s.params.activation.max = p->max;
    return s;
}

int tkd_depthwise_esp_nn_fits(const tkd_depthwise_esp_nn_params *p) {
    const shapes s = shapes_of(p);
    const int wanted = esp_nn_get_depthwise_conv_scratch_size(&s.input, &s.filter, &s.output, &s.params);
    return wanted <= 0 || (uint32_t)wanted <= p->scratch_bytes;
}

void tkd_depthwise_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_depthwise_esp_nn_params *p, void *scratch) {
    const shapes s = shapes_of(p);
    const quant_data_t quant = tkd_esp_nn_quant(p->multiplier, p->shift);
    esp_nn_set_depthwise_conv_scratch_buf(scratch);
    esp_nn_depthwise_conv_s8(&s.input, input, &s.filter, p->weights, p->bias, &s.output, output, &s.params, &quant);
}
