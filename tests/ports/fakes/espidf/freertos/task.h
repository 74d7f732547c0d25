/* Stands for ESP-IDF's freertos/task.h: what firmware/port/espidf uses of it. */
#ifndef FREERTOS_TASK_H
#define FREERTOS_TASK_H
unsigned uxTaskGetStackHighWaterMark(void *);
#endif
