/* Control and status registers by name. Source: RISC-V Privileged Architecture 1.12, chapters 2 and 3. */
#ifndef TKD_RISCV_H
#define TKD_RISCV_H

#include <stdint.h>

#define TKD_REG(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define TKD_REG8(address) (*(volatile uint8_t *)(uintptr_t)(address))

#define TKD_CSR_READ(name, value) __asm__ volatile("csrr %0, " name : "=r"(value))
#define TKD_CSR_WRITE(name, value) __asm__ volatile("csrw " name ", %0" ::"r"(value) : "memory")

#define TKD_MIE_TIMER (1u << 7)
#define TKD_MIE_EXTERNAL (1u << 11)

/* QEMU virt: the timer's 64-bit registers by halves, and the interrupt controller's context of the one hart. */
#define TKD_MTIMECMP 0x02004000u
#define TKD_MTIME 0x0200BFF8u
#define TKD_MTIME_HZ 10000000u
#define TKD_PLIC_PRIORITY(irq) TKD_REG(0x0C000000u + 4u * (irq))
#define TKD_PLIC_ENABLE TKD_REG(0x0C002000u)
#define TKD_PLIC_THRESHOLD TKD_REG(0x0C200000u)
#define TKD_PLIC_CLAIM TKD_REG(0x0C200004u)

#endif
