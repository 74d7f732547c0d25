/*
 * The numbers of the wire protocol, version 2, as docs/protocol.md explains them; tinykd/link/requests.py, replies.py
 * and facts.py are the twins.
 *
 * frame   = COBS( body crc32(body) ) 0x00      CRC-32/IEEE, little endian; so are all integers
 * body    = type u8, sequence u8, payload
 * Every type is >= 0x80, so the second byte of a frame is never printable and a line of text is never a frame.
 */
#ifndef TKD_PROTOCOL_H
#define TKD_PROTOCOL_H

#define TKD_PROTOCOL_VERSION 2u

/* The longest request payload: half a KiB of data and its head. The receive buffer is this and a few bytes. */
#ifndef TKD_LINK_MAX_PAYLOAD
#define TKD_LINK_MAX_PAYLOAD 528u
#endif

/* The longest reply payload. Replies are encoded on the way out, so this costs no memory. */
#ifndef TKD_LINK_MAX_REPLY
#define TKD_LINK_MAX_REPLY 1024u
#endif

/* Silence inside a frame, in milliseconds, after which the frame is given up. Busy hosts are silent for a while. */
#ifndef TKD_LINK_GAP_MS
#define TKD_LINK_GAP_MS 1000u
#endif

#if TKD_LINK_MAX_PAYLOAD < 64 || TKD_LINK_MAX_PAYLOAD > 32768
#error "TKD_LINK_MAX_PAYLOAD must be 64..32768"
#endif
#if TKD_LINK_MAX_REPLY < 768 || TKD_LINK_MAX_REPLY > 65535
#error "TKD_LINK_MAX_REPLY must be 768..65535: one layer's names must fit"
#endif

/* Requests; the reply to request R is R + TKD_REPLY. */
#define TKD_REQ_HELLO 0x80u
#define TKD_REQ_INFER 0x81u
#define TKD_REQ_WRITE 0x82u
#define TKD_REQ_RUN 0x83u
#define TKD_REQ_STEP 0x84u
#define TKD_REQ_READ 0x85u
#define TKD_REQ_LAYERS 0x86u
#define TKD_REQ_MEMORY 0x87u
#define TKD_REQ_RESET 0x88u
#define TKD_REQ_SYNC 0x89u

/* Requests of a sensor's stream; CREDIT and FEED have no reply. */
#define TKD_REQ_SENSOR 0x8Au
#define TKD_REQ_START 0x8Bu
#define TKD_REQ_STOP 0x8Cu
#define TKD_REQ_CREDIT 0x8Du
#define TKD_REQ_FEED 0x8Eu
#define TKD_REQ_LISTEN 0x8Fu

/* Requests of the slot in flash for another model. */
#define TKD_REQ_SLOT 0x90u
#define TKD_REQ_SLOT_BEGIN 0x91u
#define TKD_REQ_SLOT_WRITE 0x92u
#define TKD_REQ_SLOT_COMMIT 0x93u
#define TKD_REQ_SLOT_CONFIRM 0x94u
#define TKD_REQ_SLOT_REVERT 0x95u

#define TKD_REPLY 0x40u
#define TKD_REPLY_HEARD 0xFCu /* what a board that listens makes of its sensor, sent within the credit */
#define TKD_REPLY_BLOCK 0xFDu /* frames of a sensor, sent within the credit */
#define TKD_REPLY_NAK 0xFEu   /* a broken frame was received: payload is its tkd_rx_event */
#define TKD_REPLY_ERROR 0xFFu /* payload: tkd_status u8, request type u8 */

/* Facts in the reply to hello: key u8, length u8, value. Keys that are not known are skipped. */
#define TKD_FACT_MODEL 1u     /* text */
#define TKD_FACT_RUNTIME 2u   /* text */
#define TKD_FACT_TICK_UNIT 3u /* text */
#define TKD_FACT_BUILD 4u     /* text: what generated the firmware */
#define TKD_FACT_COMPILER 5u  /* text */
#define TKD_FACT_FIRMWARE 6u  /* text: identity of the firmware's sources */
#define TKD_FACT_CORE_HZ 7u   /* u32: the core's clock */
#define TKD_FACT_FEATURES 8u  /* text: instruction set extensions that the code uses */
#define TKD_FACT_CACHES 9u    /* text: caches and the like that are on */
#define TKD_FACT_KERNELS 10u  /* text: which kernels compute the model */
#define TKD_FACT_ROUNDING 11u /* text: "double" or "single" */

/* What TKD_REQ_READ reads from. */
#define TKD_READ_OUTPUT 0u
#define TKD_READ_LAYER 1u

#endif
