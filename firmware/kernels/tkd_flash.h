/*
 * Constant data in flash on every architecture.
 *
 * On most, const data is in flash and read like any other. AVR has a separate address space for it: there TKD_FLASH
 * places it, and the TKD_LOAD macros read it. Kernels read weights, biases and tables through these macros only.
 * Structs of parameters are in flash too; TKD_PARAMS is the address of one as kernels read it: there, of a copy on the
 * stack that lives as long as the block around it.
 *
 * An ESP8266 (TKD_FLASH_WORDS) reads its flash through a cache, in aligned words of 32 bits only: a load of 8 or 16
 * bits raises an exception, which Arduino's core answers with a handler of some 230 cycles or with the end of the
 * program. So a value is cut out of its word, which an instruction loads that no compiler narrows. What carries no
 * TKD_FLASH is copied into its RAM. Sources: esp8266/Arduino 3.1.2, cores/esp8266/core_esp8266_non32xfer.cpp (the
 * exception, its cycles), tools/sdk/ld/eagle.app.v6.common.ld.h (.irom.text.* is in flash, .rodata in RAM).
 *
 * AVR's near pointers reach the first 64 KiB. Linkers put constants there, but do not mind when there are more: the
 * rest would be read from elsewhere. TKD_FLASH_IN_REACH is 0 in such a program; __ctors_start is what avr-libc's linker
 * script places behind the constants.
 */
#ifndef TKD_FLASH_H
#define TKD_FLASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(ARDUINO_ARCH_ESP8266) && !defined(TKD_FLASH_WORDS)
#define TKD_FLASH_WORDS 1
#endif

#if defined(__AVR__)
#include <avr/pgmspace.h>
#define TKD_FLASH PROGMEM
#define TKD_LOAD_S8(p) ((int8_t)pgm_read_byte(p))
#define TKD_LOAD_S16(p) ((int16_t)pgm_read_word(p))
#define TKD_LOAD_S32(p) ((int32_t)pgm_read_dword(p))
#define TKD_COPY_FROM_FLASH(to, from, bytes) memcpy_P((to), (from), (bytes))
#define TKD_PARAMS(type, constant) ((const type *)memcpy_P(&(type){0}, &(constant), sizeof(type)))
#elif defined(TKD_FLASH_WORDS)
#define TKD_FLASH __attribute__((section(".irom.text.tkd")))
typedef uint32_t __attribute__((may_alias)) tkd_flash_word;

/* The aligned word that the byte at p is in. */
static inline uint32_t tkd_flash_word_at(const void *p) {
    const tkd_flash_word *const at = (const tkd_flash_word *)((uintptr_t)p & ~(uintptr_t)3u);
    uint32_t word;
    __asm__("l32i %0, %1" : "=a"(word) : "m"(*at));
    return word;
}

/* From the byte at p to the end of its word. */
static inline uint32_t tkd_flash_from(const void *p) { return tkd_flash_word_at(p) >> (8u * ((uintptr_t)p & 3u)); }

/* Whole words as long as both are aligned to them, as structs of parameters are. */
static inline void *tkd_copy_from_flash(void *to, const void *from, size_t bytes) {
    const uint8_t *at = (const uint8_t *)from;
    uint8_t *out = (uint8_t *)to, *const end = out + bytes;
    if ((((uintptr_t)to | (uintptr_t)from) & 3u) == 0) {
        for (; end - out >= 4; out += 4, at += 4) {
            *(tkd_flash_word *)(void *)out = tkd_flash_word_at(at);
        }
    }
    for (; out != end; out++, at++) {
        *out = (uint8_t)tkd_flash_from(at);
    }
    return to;
}

#define TKD_LOAD_S8(p) ((int8_t)tkd_flash_from(p))
#define TKD_LOAD_S16(p) ((int16_t)tkd_flash_from(p))
#define TKD_LOAD_S32(p) ((int32_t)tkd_flash_word_at(p))
#define TKD_COPY_FROM_FLASH(to, from, bytes) tkd_copy_from_flash((to), (from), (bytes))
#define TKD_PARAMS(type, constant) ((const type *)tkd_copy_from_flash(&(type){0}, &(constant), sizeof(type)))
#else
#define TKD_FLASH
#define TKD_LOAD_S8(p) (*(p))
#define TKD_LOAD_S16(p) (*(p))
#define TKD_LOAD_S32(p) (*(p))
#define TKD_COPY_FROM_FLASH(to, from, bytes) memcpy((to), (from), (bytes))
#define TKD_PARAMS(type, constant) (&(constant))
#endif

#if defined(__AVR_HAVE_ELPM__)
static inline int tkd_flash_in_reach(void) {
    uint8_t beyond;
    __asm__("ldi %0, hh8(__ctors_start - 1)" : "=d"(beyond));
    return beyond == 0;
}
#define TKD_FLASH_IN_REACH tkd_flash_in_reach()
#else
#define TKD_FLASH_IN_REACH 1
#endif

/* Where kernels load words, byte arrays are aligned to them. */
#if defined(__GNUC__)
#define TKD_ALIGNED(bytes) __attribute__((aligned(bytes)))
#else
#define TKD_ALIGNED(bytes)
#endif

#endif
