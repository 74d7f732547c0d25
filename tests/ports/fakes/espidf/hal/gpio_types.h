/* Stands for ESP-IDF 5.3's hal/gpio_types.h: the numbers of pins. */
#ifndef HAL_GPIO_TYPES_H
#define HAL_GPIO_TYPES_H
typedef enum { GPIO_NUM_NC = -1, GPIO_NUM_MAX = 49 } gpio_num_t;
#endif
