/*
 * An ATmega328P or 2560 in simavr with its USART0 on a pseudo-terminal, whose path is the first line of standard
 * output. Source of the calls: simavr's examples/board_simduino and parts/uart_pty.h.
 */
#include <simavr/parts/uart_pty.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>

enum { UCSR0A = 0xC0, UCSR0B = 0xC1, UDRE0 = 1 << 5, TXEN0 = 1 << 3 };

/*
 * The core's init() writes 0 to UCSR0B. A chip's transmitter is ready (UDRE0) as soon as it is on again; simavr 1.6
 * takes the flag away and raises it no more: here it comes back as on a chip.
 */
static void raise_ready(avr_t *avr, uint8_t before) {
    if ((before & TXEN0) == 0 && (avr->data[UCSR0B] & TXEN0) != 0) {
        avr->data[UCSR0A] |= UDRE0;
    }
}

int main(int count, char **words) {
    static elf_firmware_t firmware;
    static uart_pty_t uart;
    if (count != 3 || elf_read_firmware(words[2], &firmware) != 0) {
        return 2;
    }
    avr_t *avr = avr_make_mcu_by_name(words[1]);
    avr_init(avr);
    avr_load_firmware(avr, &firmware);
    avr->frequency = 16000000;
    avr->log = LOG_ERROR;
    uart_pty_init(avr, &uart);
    uart_pty_connect(&uart, '0');
    printf("port %s\n", uart.pty.slavename);
    fflush(stdout);
    for (;;) {
        const uint8_t before = avr->data[UCSR0B];
        const int state = avr_run(avr);
        raise_ready(avr, before);
        if (state == cpu_Done || state == cpu_Crashed) {
            return 1;
        }
    }
}
