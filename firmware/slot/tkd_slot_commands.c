#include "tkd_slot_commands.h"

#include <string.h>

#include "tkd_bytes.h"
#include "tkd_protocol.h"
#include "tkd_slot_state.h"

#define SHA_BYTES 32u
#define BEGIN_BYTES (8u + 2u * SHA_BYTES)

const tkd_model *tkd_slot_chosen(const tkd_model *built_in, const char *firmware) {
    static tkd_model in_use;
    tkd_slot_start(firmware);
    in_use = *built_in;
    if (tkd_slot_sha256() != NULL) {
        memcpy(in_use.sha256, tkd_slot_sha256(), sizeof in_use.sha256);
    }
    return &in_use;
}

static void begin_reply(tkd_tx *tx, const tkd_rx_frame *request) {
    tkd_tx_begin(tx, (uint8_t)(request->type + TKD_REPLY), request->sequence);
}

/* Reply: bank in use u8, on trial u8, unit u16, room u32, bytes u32 that a payload has (0: any), graph (32 bytes). */
static tkd_status answer_slot(tkd_tx *tx, const tkd_rx_frame *request) {
    begin_reply(tx, request);
    tkd_tx_u8(tx, tkd_slot_in_use());
    tkd_tx_u8(tx, (uint8_t)tkd_slot_on_trial());
    tkd_tx_u16(tx, (uint16_t)tkd_slot_unit());
    tkd_tx_u32(tx, tkd_slot_room());
    tkd_tx_u32(tx, tkd_slot_about()->payload);
    tkd_tx_put(tx, tkd_slot_about()->graph, SHA_BYTES);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* Payload: bytes u32, crc u32, graph, sha256. */
static tkd_status begin(const tkd_rx_frame *request) {
    const uint8_t *p = request->payload;
    if (request->length != BEGIN_BYTES) {
        return TKD_ERR_FRAME;
    }
    const tkd_slot_wish wish = {tkd_get_u32(p), tkd_get_u32(p + 4), p + 8, p + 8u + SHA_BYTES};
    return tkd_slot_begin(&wish);
}

/* Payload: offset u32, bytes. */
static tkd_status write_piece(const tkd_rx_frame *request) {
    if (request->length < 4u) {
        return TKD_ERR_FRAME;
    }
    return tkd_slot_write(tkd_get_u32(request->payload), request->payload + 4, request->length - 4u);
}

static tkd_status obey(const tkd_rx_frame *request) {
    switch (request->type) {
    case TKD_REQ_SLOT_BEGIN:
        return begin(request);
    case TKD_REQ_SLOT_WRITE:
        return write_piece(request);
    case TKD_REQ_SLOT_COMMIT:
        return tkd_slot_commit();
    case TKD_REQ_SLOT_CONFIRM:
        return request->length == SHA_BYTES ? tkd_slot_confirm(request->payload) : TKD_ERR_FRAME;
    case TKD_REQ_SLOT_REVERT:
        return tkd_slot_revert();
    default:
        return TKD_ERR_FRAME;
    }
}

tkd_status tkd_slot_serve(tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->type == TKD_REQ_SLOT) {
        return answer_slot(tx, request);
    }
    const tkd_status status = obey(request);
    if (status == TKD_OK) {
        begin_reply(tx, request);
        tkd_tx_end(tx);
    }
    return status;
}
