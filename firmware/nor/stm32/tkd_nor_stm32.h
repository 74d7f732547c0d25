/*
 * What the flash controllers of the STM32F4, G4 and L4 have in common. The driver defines its registers before it
 * includes this: ACR, KEYR, SR, CR, and the bits SR_ERRORS. Sources: theirs.
 */
#ifndef TKD_NOR_STM32_H
#define TKD_NOR_STM32_H

#include "tkd_nor.h"

#define ACR_DCEN (1u << 10)
#define ACR_DCRST (1u << 12)
#define SR_BSY (1u << 16)
#define CR_PG (1u << 0)
#define CR_STRT (1u << 16)
#define CR_LOCK (1u << 31)
#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu

static int has_failed(void) {
    while ((SR & SR_BSY) != 0u) {
    }
    return (SR & SR_ERRORS) != 0u;
}

static void unlock(uint32_t control) {
    (void)has_failed();
    if ((CR & CR_LOCK) != 0u) {
        KEYR = KEY_1;
        KEYR = KEY_2;
    }
    SR = SR_ERRORS;
    CR = control;
}

/* What was erased may still lie in the data cache. */
static void forget_cached(void) {
    const uint32_t before = ACR;
    ACR = before & ~ACR_DCEN;
    ACR = (before & ~ACR_DCEN) | ACR_DCRST;
    ACR = before & ~ACR_DCEN;
    ACR = before;
}

static int locked(int failed) {
    CR = CR_LOCK;
    forget_cached();
    return failed;
}

/* What `control` selects is erased; 0 when it worked. */
static int erase_selected(uint32_t control) {
    unlock(control);
    CR |= CR_STRT;
    return locked(has_failed());
}

#endif
