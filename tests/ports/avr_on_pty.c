/*
 * An ATmega328P in simavr with its USART0 on a pseudo-terminal, whose path is the first line of standard output.
 * Source of the calls: simavr's examples/board_simduino and parts/uart_pty.h.
 */
#include <simavr/parts/uart_pty.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>

int main(int count, char **words) {
    static elf_firmware_t firmware;
    static uart_pty_t uart;
    if (count != 2 || elf_read_firmware(words[1], &firmware) != 0) {
        return 2;
    }
    avr_t *avr = avr_make_mcu_by_name("atmega328p");
    avr_init(avr);
    avr_load_firmware(avr, &firmware);
    avr->frequency = 16000000;
    avr->log = LOG_ERROR;
    uart_pty_init(avr, &uart);
    uart_pty_connect(&uart, '0');
    printf("port %s\n", uart.pty.slavename);
    fflush(stdout);
    for (;;) {
        const int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            return 1;
        }
    }
}
