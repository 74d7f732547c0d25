/* Stands for ESP-IDF's esp_clk_tree.h: what firmware/port/espidf uses of it. */
#ifndef ESP_CLK_TREE_H
#define ESP_CLK_TREE_H
#include <stdint.h>
enum { SOC_MOD_CLK_CPU = 1, ESP_CLK_TREE_SRC_FREQ_PRECISION_CACHED = 0 };
int esp_clk_tree_src_get_freq_hz(int, int, uint32_t *);
#endif
