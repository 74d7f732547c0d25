/*
 * Stands for cmsis.h of ArduinoCore-mbed 4.5.0, by target: targets/TARGET_RASPBERRYPI/TARGET_RP2040/cmsis.h declares
 * the clock without extern "C"; system_nrf52840.h and system_stm32h7xx.h within it.
 */
#ifndef MBED_CMSIS_H
#define MBED_CMSIS_H
#include <stdint.h>

#if defined(TARGET_RP2040)
extern uint32_t SystemCoreClock;
#elif defined(__cplusplus)
extern "C" {
extern uint32_t SystemCoreClock;
}
#else
extern uint32_t SystemCoreClock;
#endif
#endif
