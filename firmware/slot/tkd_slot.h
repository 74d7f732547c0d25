/*
 * A slot in flash for another model than the one that was compiled in: where the code that computes the model finds it.
 * firmware/slot writes it, over the link, and decides at start-up which one is used.
 */
#ifndef TKD_SLOT_H
#define TKD_SLOT_H

#ifdef __cplusplus
extern "C" {
#endif

/* What the slot holds of the model in use, aligned to 16; NULL: the model that was compiled in is. */
const void *tkd_slot_payload(void);

#ifdef __cplusplus
}
#endif
#endif
