/*
 * A plugin of QEMU's that ends the run at a load of 8 or 16 bits, or one that is not aligned, from memory that answers
 * aligned words alone: an ESP8266's flash. Options: from=ADDRESS,bytes=COUNT.
 *
 * What it calls is declared here, as Debian has no header of it. Source: QEMU, TCG Plugins (docs/devel), API version 1.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint64_t plugin_id;
typedef uint32_t meminfo;
struct block;
struct instruction;
enum { NO_REGISTERS = 0, READS_AND_WRITES = 3 };

extern size_t qemu_plugin_tb_n_insns(const struct block *block);
extern struct instruction *qemu_plugin_tb_get_insn(const struct block *block, size_t index);
extern uint64_t qemu_plugin_insn_vaddr(const struct instruction *instruction);
extern unsigned qemu_plugin_mem_size_shift(meminfo info);
extern bool qemu_plugin_mem_is_store(meminfo info);
extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*called)(plugin_id id, struct block *block));
extern void qemu_plugin_register_vcpu_mem_cb(struct instruction *instruction,
                                             void (*called)(unsigned cpu, meminfo info, uint64_t address, void *own),
                                             int registers, int kind, void *own);
extern void qemu_plugin_register_atexit_cb(plugin_id id, void (*called)(plugin_id id, void *own), void *own);

int qemu_plugin_version = 1;
int qemu_plugin_install(plugin_id id, const void *about, int count, char **options);

static uint64_t from, bytes, words;

static void loaded(unsigned cpu, meminfo info, uint64_t address, void *own) {
    (void)cpu;
    if (address - from >= bytes || qemu_plugin_mem_is_store(info)) {
        return;
    }
    const unsigned size = 1u << (qemu_plugin_mem_size_shift(info) & 7u);
    if (size != 4 || address % 4 != 0) {
        fprintf(stderr, "a load of %u bytes from %" PRIx64 " at %" PRIxPTR "\n", size, address, (uintptr_t)own);
        _exit(9);
    }
    words++;
}

static void translated(plugin_id id, struct block *block) {
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct instruction *const at = qemu_plugin_tb_get_insn(block, i);
        void *const place = (void *)(uintptr_t)qemu_plugin_insn_vaddr(at);
        qemu_plugin_register_vcpu_mem_cb(at, loaded, NO_REGISTERS, READS_AND_WRITES, place);
    }
}

/* A run that read none of it would prove nothing. */
static void ended(plugin_id id, void *own) {
    (void)id;
    (void)own;
    if (words == 0) {
        fprintf(stderr, "no word was loaded from there\n");
        _exit(9);
    }
}

int qemu_plugin_install(plugin_id id, const void *about, int count, char **options) {
    (void)about;
    for (int i = 0; i < count; i++) {
        const char *const value = strchr(options[i], '=');
        uint64_t *const of = strncmp(options[i], "from=", 5) == 0 ? &from : &bytes;
        *of = value ? strtoull(value + 1, NULL, 0) : 0;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
