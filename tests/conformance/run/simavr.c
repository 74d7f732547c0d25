/*
 * Runs an ELF on an ATmega2560 in simavr that has 56 KiB of external RAM behind its own 8, as a board with a latch on
 * ports A and C has it. Three general-purpose registers are the way out: what io_avr.c writes to GPIOR0 goes to the
 * file "out", what it reads from GPIOR1 comes from the file "in", and GPIOR2 takes letters of a complaint or ends
 * the run (0: well).
 */
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <stdlib.h>

enum { GPIOR0 = 0x3E, GPIOR1 = 0x4A, GPIOR2 = 0x4B, LAST_OF_RAM = 0xFFFF };

static FILE *from, *to;
static int complained;

static void write_byte(avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused) {
    (void)avr, (void)address, (void)unused;
    fputc(value, to);
}

static uint8_t read_byte(avr_t *avr, avr_io_addr_t address, void *unused) {
    const int found = fgetc(from);
    (void)avr, (void)address, (void)unused;
    if (found == EOF) {
        fprintf(stderr, "too few samples\n");
        exit(1);
    }
    return (uint8_t)found;
}

static void say_or_end(avr_t *avr, avr_io_addr_t address, uint8_t value, void *unused) {
    (void)avr, (void)address, (void)unused;
    if (value != 0) {
        complained = 1;
        fputc(value, stderr);
        return;
    }
    exit(fclose(to) != 0 || complained);
}

int main(int count, char **words) {
    static elf_firmware_t firmware;
    from = fopen("in", "rb");
    to = fopen("out", "wb");
    if (count != 2 || elf_read_firmware(words[1], &firmware) != 0 || from == NULL || to == NULL) {
        return 2;
    }
    avr_t *avr = avr_make_mcu_by_name("atmega2560");
    avr->ramend = LAST_OF_RAM;
    avr_init(avr);
    avr_load_firmware(avr, &firmware);
    avr->log = LOG_ERROR;
    avr_register_io_write(avr, GPIOR0, write_byte, NULL);
    avr_register_io_read(avr, GPIOR1, read_byte, NULL);
    avr_register_io_write(avr, GPIOR2, say_or_end, NULL);
    for (;;) {
        const int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            fprintf(stderr, "the processor stopped\n");
            return 1;
        }
    }
}
