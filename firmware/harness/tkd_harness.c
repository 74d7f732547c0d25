#include "tkd_harness.h"

#include "tkd_app_hooks.h"
#include "tkd_commands.h"
#include "tkd_console.h"
#include "tkd_port.h"
#include "tkd_rx.h"
#include "tkd_sensing.h"
#include "tkd_session.h"
#include "tkd_texts.h"
#include "tkd_tx.h"

#define IDLE_MS 1000u
#define SAMPLE_MS 1u /* between two questions for a sample */

typedef struct tkd_harness {
    tkd_session session;
    const tkd_model *model; /* the tool's, and of a person's lines */
    const tkd_samples *samples;
    tkd_rx rx;
    tkd_tx tx;
} tkd_harness;

/* Handles what one byte, or one silence, completed; true when a reset was asked for. */
static int handle(tkd_harness *h, tkd_rx_event event, const tkd_rx_frame *frame) {
    if (event == TKD_RX_NONE) {
        return 0;
    }
    tkd_session_use(&h->session, h->model);
    switch (event) {
    case TKD_RX_FRAME:
        return tkd_commands_answer(&h->session, &h->tx, frame);
    case TKD_RX_LINE:
        tkd_sensing_stop(&h->session);
        tkd_console_answer(&h->session, h->samples, (char *)(uintptr_t)frame->payload);
        return 0;
    default:
        tkd_commands_nak(&h->tx, event);
        return 0;
    }
}

/* Once the line has been quiet for a while, the firmware listens, or the user's code may run the model. */
static uint32_t patience_ms(tkd_harness *h, int byte) {
    if (tkd_rx_in_frame(&h->rx)) {
        return TKD_LINK_GAP_MS;
    }
    if (byte < 0 && tkd_sensing_listen(&h->session)) {
        return 0;
    }
    return byte < 0 && tkd_app_poll(&h->session) ? SAMPLE_MS : IDLE_MS;
}

static tkd_rx_event take(tkd_harness *h, int byte, uint32_t silent_ms, tkd_rx_frame *frame) {
    if (byte >= 0) {
        return tkd_rx_byte(&h->rx, (uint8_t)byte, frame);
    }
    return silent_ms >= TKD_LINK_GAP_MS ? tkd_rx_silence(&h->rx) : TKD_RX_NONE;
}

static void serve_until_reset(tkd_harness *h) {
    tkd_rx_frame frame = {0, 0, 0, 0, NULL};
    uint32_t wait_ms = IDLE_MS, silent_ms = 0;
    int reset = 0;
    while (!reset) {
        const int byte = tkd_port_read(wait_ms);
        silent_ms = byte < 0 ? silent_ms + wait_ms : 0;
        reset = handle(h, take(h, byte, silent_ms, &frame), &frame);
        const int stream_ms = tkd_sensing_pump(&h->session, &h->tx, silent_ms);
        wait_ms = stream_ms >= 0 ? (uint32_t)stream_ms : patience_ms(h, byte);
    }
}

void tkd_harness_run(const tkd_model *model, void *arena, uint32_t arena_bytes, const tkd_samples *samples,
                     const tkd_firmware *firmware) {
    tkd_harness h;
    for (;;) {
        h.model = tkd_slot_model(model, firmware->id);
        h.samples = samples;
        tkd_session_start(&h.session, h.model, arena, arena_bytes, firmware);
        tkd_app_observe(&h.session);
        tkd_rx_start(&h.rx);
        h.rx.takes_utf8 = tkd_texts_task() != NULL;
        tkd_tx_start(&h.tx, tkd_port_write);
        tkd_sensing_stop(&h.session);
        tkd_console_banner(&h.session);
        serve_until_reset(&h);
        tkd_port_reset();
    }
}
