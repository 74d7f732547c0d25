/* Stands for ESP-IDF 4.4.7's esp_heap_caps.h, as arduino-esp32 2.0.17 has it: memory by what it can do. */
#ifndef ESP_HEAP_CAPS_H
#define ESP_HEAP_CAPS_H
#include <stddef.h>
#include <stdint.h>
#define MALLOC_CAP_8BIT (1 << 2)
#define MALLOC_CAP_SPIRAM (1 << 10)
#ifdef __cplusplus
extern "C" {
#endif
void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);
#ifdef __cplusplus
}
#endif
#endif
