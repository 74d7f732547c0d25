#include "tkd_fully_connected_esp_nn_s8.h"

#include "tkd_esp_nn_body.h"

/* Offsets of input and filter are 0: the bias has them. That also is what ESP-NN's vector code asks for. */
void tkd_fully_connected_esp_nn_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_esp_nn_params *p) {
    if (p->per_channel) {
        const quant_data_t quant = tkd_esp_nn_quant(p->multiplier, p->shift);
        esp_nn_fully_connected_per_ch_s8(input, 0, p->depth, p->weights, 0, p->bias, output, p->outputs, p->out_offset,
                                         quant.shift, quant.mult, p->min, p->max);
        return;
    }
    esp_nn_fully_connected_s8(input, 0, p->depth, p->weights, 0, p->bias, output, p->outputs, p->out_offset,
                              p->shift[0], p->multiplier[0], p->min, p->max);
}
