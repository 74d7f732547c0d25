/*
 * Constant data in flash on every architecture.
 *
 * On most, const data is in flash and read like any other. AVR has a separate address space for it: there TKD_FLASH
 * places it, and the TKD_LOAD macros read it. Kernels read weights, biases and tables through these macros only.
 * Structs of parameters are in flash too; TKD_PARAMS is the address of one as kernels read it: there, of a copy on the
 * stack that lives as long as the block around it.
 *
 * AVR's near pointers reach the first 64 KiB. Linkers put constants there, but do not mind when there are more: the
 * rest would be read from elsewhere. TKD_FLASH_IN_REACH is 0 in such a program; __ctors_start is what avr-libc's linker
 * script places behind the constants.
 */
#ifndef TKD_FLASH_H
#define TKD_FLASH_H

#include <stdint.h>
#include <string.h>

#if defined(__AVR__)
#include <avr/pgmspace.h>
#define TKD_FLASH PROGMEM
#define TKD_LOAD_S8(p) ((int8_t)pgm_read_byte(p))
#define TKD_LOAD_S16(p) ((int16_t)pgm_read_word(p))
#define TKD_LOAD_S32(p) ((int32_t)pgm_read_dword(p))
#define TKD_COPY_FROM_FLASH(to, from, bytes) memcpy_P((to), (from), (bytes))
#define TKD_PARAMS(type, constant) ((const type *)memcpy_P(&(type){0}, &(constant), sizeof(type)))
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
