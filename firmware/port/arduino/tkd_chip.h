/*
 * What differs between the chips under Arduino's cores: the clock as it runs, caches, a counter of cycles, the stack.
 *
 * Every core sets its chip's clock to the maximum, or lets this file do it, and most switch the caches on; what is told
 * of them is read from the registers. Sources: Armv7-M Architecture Reference Manual B3.2 (CCR, ICIALLU) and C1.8
 * (DWT); nRF52840 PS 1.7, 4.3 and nRF52833 PS 1.5, 4.3 (NVMC); RP2040 data sheet 2.6.3 and RP2350 data sheet 4.4 (XIP);
 * esp8266/Arduino 3.1.2, cores/esp8266/cont.h (the stack), core_esp8266_features.h (CCOUNT);
 * RA4M1 UM 44.2 (FCACHE); RM0090 3.8, RM0432 3.7, RM0444 3.7, RM0440 3.7 (FLASH_ACR); RM0456 7.7 (ICACHE).
 */
#ifndef TKD_CHIP_H
#define TKD_CHIP_H

#include <Arduino.h>

#define TKD_REG(address) (*reinterpret_cast<volatile uint32_t *>(static_cast<uintptr_t>(address)))

#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__)
#define TKD_HAS_DWT 1
#endif

/* The clock. */
#if defined(ARDUINO_ARCH_ESP32)
static inline uint32_t chip_hz() { return ESP.getCpuFreqMHz() * 1000000u; }
static inline void chip_full_speed() {
    if (chip_hz() < TKD_CLOCK_HZ) {
        (void)setCpuFrequencyMhz(TKD_CLOCK_HZ / 1000000u);
    }
}
#else
static inline void chip_full_speed() {}
#if defined(ARDUINO_ARCH_MBED) || defined(ARDUINO_ARCH_STM32) || defined(ARDUINO_ARCH_RENESAS) ||                      \
    defined(ARDUINO_ARCH_NRF5)
extern uint32_t SystemCoreClock; /* CMSIS; of the linkage that the core declared it with, which differs */
static inline uint32_t chip_hz() { return SystemCoreClock; }
#elif defined(ARDUINO_ARCH_RP2040)
static inline uint32_t chip_hz() { return static_cast<uint32_t>(rp2040.f_cpu()); }
#elif defined(TEENSYDUINO)
static inline uint32_t chip_hz() { return F_CPU_ACTUAL; }
#else
static inline uint32_t chip_hz() { return static_cast<uint32_t>(F_CPU); }
#endif
#endif

/* The caches: what is off and safe to have is switched on. Data caches are left to the core, whose drivers use DMA. */
static inline const char *cache_text(bool instructions, bool data) {
    return instructions ? (data ? "icache dcache" : "icache") : "";
}

#if defined(ARDUINO_ARCH_ESP32)
static inline void chip_caches_on() {} /* code and constants are read through them, always */
static inline const char *chip_caches() {
#if defined(__riscv)
    return "icache";
#else
    return "icache dcache";
#endif
}
#elif defined(ARDUINO_ARCH_ESP8266)
static inline void chip_caches_on() {} /* of the flash: always, and of code and words alike */
static inline const char *chip_caches() { return "icache"; }
#elif defined(TKD_NRF52)
static inline void chip_caches_on() { TKD_REG(0x4001E540u) = TKD_REG(0x4001E540u) | 1u; }
static inline const char *chip_caches() { return cache_text((TKD_REG(0x4001E540u) & 1u) != 0, false); }
#elif defined(ARDUINO_ARCH_RP2040) && defined(__ARM_ARCH_6M__)
static inline void chip_caches_on() {}
static inline const char *chip_caches() { return (TKD_REG(0x14000000u) & 1u) != 0 ? "xip" : ""; }
#elif defined(ARDUINO_ARCH_RP2040)
static inline void chip_caches_on() {}
static inline const char *chip_caches() { return (TKD_REG(0x400C8000u) & 3u) != 0 ? "xip" : ""; }
#elif defined(ARDUINO_ARCH_RENESAS)
static inline void chip_caches_on() {}
static inline const char *chip_caches() {
    return cache_text((*reinterpret_cast<volatile uint16_t *>(0x4001C100u) & 1u) != 0, false);
}
#elif defined(STM32U5xx)
static inline void chip_caches_on() { TKD_REG(0x40030400u) = TKD_REG(0x40030400u) | 1u; }
static inline const char *chip_caches() { return cache_text((TKD_REG(0x40030400u) & 1u) != 0, false); }
#elif defined(STM32F4xx) || defined(STM32L4xx) || defined(STM32G0xx) || defined(STM32G4xx)
#if defined(STM32F4xx)
#define TKD_FLASH_ACR 0x40023C00u
#else
#define TKD_FLASH_ACR 0x40022000u
#endif
static inline void chip_caches_on() { TKD_REG(TKD_FLASH_ACR) = TKD_REG(TKD_FLASH_ACR) | (1u << 9); }
static inline const char *chip_caches() {
    const uint32_t acr = TKD_REG(TKD_FLASH_ACR);
    return cache_text((acr & (1u << 9)) != 0, (acr & (1u << 10)) != 0);
}
#elif defined(__ARM_ARCH_7EM__)
/* Cortex-M7; on a Cortex-M4 without a cache of its own these bits stay 0. */
static inline void chip_caches_on() {
    if ((TKD_REG(0xE000ED14u) & (1u << 17)) == 0) {
        __asm__ volatile("dsb\n\tisb" ::: "memory");
        TKD_REG(0xE000EF50u) = 0;
        __asm__ volatile("dsb\n\tisb" ::: "memory");
        TKD_REG(0xE000ED14u) = TKD_REG(0xE000ED14u) | (1u << 17);
        __asm__ volatile("dsb\n\tisb" ::: "memory");
    }
}
static inline const char *chip_caches() {
    const uint32_t ccr = TKD_REG(0xE000ED14u);
    return cache_text((ccr & (1u << 17)) != 0, (ccr & (1u << 16)) != 0);
}
#else
static inline void chip_caches_on() {}
static inline const char *chip_caches() { return ""; }
#endif

/* The counter. */
#if defined(ARDUINO_ARCH_ESP32) || defined(ARDUINO_ARCH_ESP8266)
#define TKD_TICK_UNIT "cycles"
static inline void chip_start_counter() {}
static inline uint32_t chip_counter() { return ESP.getCycleCount(); }
static inline uint32_t chip_counter_hz() { return chip_hz(); }
#elif defined(TKD_HAS_DWT)
#define TKD_TICK_UNIT "cycles"
static inline void chip_start_counter() {
    TKD_REG(0xE000EDFCu) = TKD_REG(0xE000EDFCu) | (1u << 24); /* DEMCR.TRCENA */
    TKD_REG(0xE0001FB0u) = 0xC5ACCE55u;                       /* Cortex-M7: unlock */
    TKD_REG(0xE0001000u) = TKD_REG(0xE0001000u) | 1u;
}
static inline uint32_t chip_counter() { return TKD_REG(0xE0001004u); }
static inline uint32_t chip_counter_hz() { return chip_hz(); }
#else
#define TKD_TICK_UNIT "us"
static inline void chip_start_counter() {}
static inline uint32_t chip_counter() { return static_cast<uint32_t>(micros()); }
static inline uint32_t chip_counter_hz() { return 1000000u; }
#endif

/* The stack: known where the core has one task of a known size, or no system under it and ST's linker script. */
#if defined(ARDUINO_ARCH_ESP32)
static inline void chip_paint_stack() {}
static inline uint32_t chip_stack_bytes() { return static_cast<uint32_t>(getArduinoLoopTaskStackSize()); }
static inline uint32_t chip_stack_used() {
    return chip_stack_bytes() - static_cast<uint32_t>(uxTaskGetStackHighWaterMark(nullptr));
}
#elif defined(ARDUINO_ARCH_ESP8266)
#define TKD_CONT_STACK_BYTES 4096u /* CONT_STACKSIZE, painted by the core */
static inline void chip_paint_stack() {}
static inline uint32_t chip_stack_bytes() { return TKD_CONT_STACK_BYTES; }
static inline uint32_t chip_stack_used() { return TKD_CONT_STACK_BYTES - ESP.getFreeContStack(); }
#elif defined(ARDUINO_ARCH_STM32)
/* Where the heap ends and the stack may reach to; newlib's headers declare it under other names. */
extern "C" char *heap_end(int) __asm__("_sbrk");
extern "C" uint32_t _estack[];
static inline uint32_t *stack_limit() {
    return reinterpret_cast<uint32_t *>((reinterpret_cast<uintptr_t>(heap_end(0)) + 3u) & ~static_cast<uintptr_t>(3u));
}
static inline void chip_paint_stack() {
    uintptr_t here;
    __asm__ volatile("mov %0, sp" : "=r"(here));
    for (volatile uint32_t *at = stack_limit(); reinterpret_cast<uintptr_t>(at) < here - 256u; ++at) {
        *at = 0xC5C5C5C5u;
    }
}
static inline uint32_t bytes_above(const volatile uint32_t *at) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(_estack) - reinterpret_cast<uintptr_t>(at));
}
static inline uint32_t chip_stack_bytes() { return bytes_above(stack_limit()); }
static inline uint32_t chip_stack_used() {
    const volatile uint32_t *at = stack_limit();
    while (at < _estack && *at == 0xC5C5C5C5u) {
        ++at;
    }
    return bytes_above(at);
}
#else
static inline void chip_paint_stack() {}
static inline uint32_t chip_stack_bytes() { return 0; }
static inline uint32_t chip_stack_used() { return 0; }
#endif

#endif
