#include "tkd_conv_2d_esp_nn_s8.h"

#include "tkd_esp_nn_body.h"

typedef struct shapes {
    data_dims_t input, filter, output;
    conv_params_t params;
} shapes;

static shapes shapes_of(const tkd_conv_2d_esp_nn_params *p) {
    const tkd_window *w = &p->window;
    shapes s;
    s.input = tkd_esp_nn_dims(w->in_w, w->in_h, p->in_channels);
    s.filter = tkd_esp_nn_dims(w->kernel_w, w->kernel_h, p->in_channels);
    s.output = tkd_esp_nn_dims(w->out_w, w->out_h, p->out_channels);
    s.params.in_offset = p->in_offset;
    s.params.out_offset = p->out_offset;
    s.params.stride = tkd_esp_nn_pair(w->stride_w, w->stride_h);
    s.params.padding = tkd_esp_nn_pair(w->pad_left, w->pad_top);
    s.params.dilation = tkd_esp_nn_pair(1, 1);
    s.params.activation.min = p->min;
    s.params.activation.max = p->max;
    return s;
}

int tkd_conv_2d_esp_nn_fits(const tkd_conv_2d_esp_nn_params *p) {
    const shapes s = shapes_of(p);
    const int wanted = esp_nn_get_conv_scratch_size(&s.input, &s.filter, &s.output, &s.params);
    return wanted <= 0 || (uint32_t)wanted <= p->scratch_bytes;
}

void tkd_conv_2d_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_esp_nn_params *p, void *scratch) {
    const shapes s = shapes_of(p);
    const quant_data_t quant = tkd_esp_nn_quant(p->multiplier, p->shift);
    esp_nn_set_conv_scratch_buf(scratch);
    esp_nn_conv_s8(&s.input, input, &s.filter, p->weights, p->bias, &s.output, output, &s.params, &quant);
}

void tkd_conv_2d_add_esp_nn_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                               const tkd_conv_2d_esp_nn_params *p, void *scratch) {
    const uint32_t count = (uint32_t)p->window.out_h * p->window.out_w * p->out_channels;
    tkd_conv_2d_esp_nn_s8(input, output, p, scratch);
    for (uint32_t i = 0; i < count; i++) {
        output[i] = tkd_add(output[i], addend[i], p->add);
    }
}
