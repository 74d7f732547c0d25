/*
 * The few core registers that start-up, faults and waiting need, common to Armv6-M, v7-M and v8-M.
 * Source: Armv7-M and Armv8-M Architecture Reference Manuals, "System Control Space".
 */
#ifndef TKD_CORTEXM_H
#define TKD_CORTEXM_H

#include <stdint.h>

#define TKD_REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define TKD_SYST_CSR TKD_REG(0xE000E010u)
#define TKD_SYST_RVR TKD_REG(0xE000E014u)
#define TKD_SYST_CVR TKD_REG(0xE000E018u)
#define TKD_NVIC_ISER(irq) TKD_REG(0xE000E100u + 4u * ((irq) / 32u))
#define TKD_NVIC_ICER(irq) TKD_REG(0xE000E180u + 4u * ((irq) / 32u))
#define TKD_NVIC_ICPR(irq) TKD_REG(0xE000E280u + 4u * ((irq) / 32u))
#define TKD_NVIC_BIT(irq) (1u << ((irq) % 32u))
#define TKD_SCB_ICSR TKD_REG(0xE000ED04u)
#define TKD_SCB_AIRCR TKD_REG(0xE000ED0Cu)
#define TKD_SCB_CFSR TKD_REG(0xE000ED28u) /* not on Armv6-M */
#define TKD_SCB_BFAR TKD_REG(0xE000ED38u) /* not on Armv6-M */
#define TKD_SCB_CPACR TKD_REG(0xE000ED88u)

#define TKD_ICSR_PENDSTCLR (1u << 25)
#define TKD_ICSR_PENDSTSET (1u << 26)
#define TKD_AIRCR_RESET 0x05FA0004u
#define TKD_CFSR_STKOF (1u << 20)  /* Armv8-M: the stack limit was hit */
#define TKD_CPACR_FPU (0xFu << 20) /* CP10 and CP11: the FPU, and MVE */

/* Disables interrupts; the value for tkd_unlock(). A pending interrupt still ends a WFI. */
static inline uint32_t tkd_lock(void) {
    uint32_t primask;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
    return primask;
}

static inline void tkd_unlock(uint32_t primask) { __asm__ volatile("msr primask, %0" ::"r"(primask) : "memory"); }

static inline void tkd_sleep(void) { __asm__ volatile("dsb\n\twfi\n\tisb" ::: "memory"); }

#endif
