/* What every tinykd function that can fail returns; TKD_OK is zero and is checked first. */
#ifndef TKD_STATUS_H
#define TKD_STATUS_H

typedef enum tkd_status {
    TKD_OK = 0,
    TKD_ERR_ARENA = 1,   /* arena is NULL, misaligned or too small */
    TKD_ERR_MODEL = 2,   /* the model's data or ABI version is not what the code expects, or out of its reach */
    TKD_ERR_RANGE = 3,   /* an index, offset or length is out of range */
    TKD_ERR_STATE = 4,   /* called in the wrong order */
    TKD_ERR_FRAME = 5,   /* a malformed frame or an unknown command */
    TKD_ERR_BUSY = 6,    /* no room now; try again */
    TKD_ERR_HASH = 7,    /* a tensor is not what its hash says */
    TKD_ERR_RUNTIME = 8, /* TFLM refused: the arena is too small, or an op does not take its operands */
    TKD_ERR_SENSOR = 9,  /* there is no sensor, or it does not answer */
    TKD_ERR_FLASH = 10   /* what was written to flash cannot be read there */
} tkd_status;

#endif
