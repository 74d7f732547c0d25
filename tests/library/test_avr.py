"""An 8-bit AVR, where int has 16 bits and constants have an address space of their own.

The program is built with the library's own Makefile for an ATmega2560 and run by simavr. RAM holds the arena
and nothing else of the model: weights, tables and parameters stay in flash.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.conformance.builder import Op, Tensor, build
from tests.conformance.tflm import Tflm
from tests.library.libraries import MODELS, call, pattern, program, run, written
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph

MAIN = r"""
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include "m.h"
static uint8_t memory[M_ARENA_BYTES + TKD_ARENA_ALIGN];
#ifdef TABLE_BYTES
#include <avr/pgmspace.h>
const uint8_t one[TABLE_BYTES] PROGMEM = {1}, two[TABLE_BYTES] PROGMEM = {2};
#define USE_TABLES() (void)*(volatile uint8_t *)&memory[pgm_read_byte(one) + pgm_read_byte(two)]
#else
#define USE_TABLES()
#endif
static void put(uint8_t byte) {
    while (!(UCSR0A & (1 << UDRE0))) {}
    UDR0 = byte;
}
static void digit(uint8_t value) { put((uint8_t)(value < 10 ? '0' + value : 'a' + value - 10)); }
int main(void) {
    uint8_t *const a = memory + (TKD_ARENA_ALIGN - (uintptr_t)memory % TKD_ARENA_ALIGN) % TKD_ARENA_ALIGN;
    USE_TABLES();
    UBRR0 = 1;
    UCSR0B = 1 << TXEN0;
    for (uint8_t factor = 3; factor < 10; factor += 3) {
        for (uint16_t i = 0; i < M_INPUT_BYTES; i++) { m_input(a)[i] = (int8_t)(i * factor); }
        if (m_reset(a) != TKD_OK || m_invoke(a) != TKD_OK) { put('!'); }
        for (uint16_t i = 0; i < M_OUTPUT_BYTES; i++) {
            digit((uint8_t)m_output(a)[i] >> 4);
            digit((uint8_t)m_output(a)[i] & 15);
        }
        put('\n');
    }
    cli();
    sleep_mode();
    return 0;
}
"""
AVR = ["CROSS=avr-", "MACHINE=-mmcu=atmega2560"]


def built(compiled: Program, tmp_path: Path, *flags: str) -> Path:
    """The program's ELF."""
    folder = written(compiled, tmp_path)
    run("make", "-s", *AVR, "CFLAGS=-Os -Werror", cwd=folder)
    (tmp_path / "main.c").write_text(MAIN)
    command = ["avr-gcc", "-mmcu=atmega2560", "-std=gnu99", "-Os", f"-I{folder}/include", "-Wl,--gc-sections"]
    run(*command, *flags, tmp_path / "main.c", folder / "build/libm.a", "-o", tmp_path / "main.elf")
    return tmp_path / "main.elf"


def lines(elf: Path) -> list[str]:
    """What the program writes to its serial port, as simavr shows it: in colour, with a dot for a newline."""
    done = call("timeout", "120", "simavr", "-m", "atmega2560", "-f", "16000000", elf)
    return re.findall(r"\x1b\[32m(\S*)\.$", done.stdout + done.stderr, re.MULTILINE)


def expected(model: bytes, compiled: Program) -> list[str]:
    worker = Tflm()
    shape = compiled.inputs[0].tensor.shape
    samples = [[pattern(compiled, factor).reshape(shape)] for factor in (3, 6, 9)]
    answers = [o[0].tobytes().hex() for o in worker.run(model, samples)]
    worker.close()
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_the_answers_are_tflms_and_ram_holds_the_arena_only(model: str, tmp_path: Path) -> None:
    compiled = program(model, "m")
    elf = built(compiled, tmp_path)
    assert lines(elf) == expected(MODELS[model], compiled)
    assert ram_of(elf) == (0, compiled.arena_bytes + 16)


@pytest.mark.slow
def test_an_embedding_is_no_part_of_the_ram(tmp_path: Path) -> None:
    ids, y = Tensor("ids", (1, 4), "int32"), Tensor("y", (1, 4, 8), scale=0.1)
    rows = np.arange(8 * 1024, dtype=np.int32).astype(np.int8).reshape(1024, 8)
    table = Tensor("table", rows.shape, scale=0.1, data=rows)
    model = build([Op("GATHER", [table, ids], [y], axis=0, batchDims=0)])
    compiled = compile_graph(read_graph(model), CompileOptions("m"))
    assert ram_of(built(compiled, tmp_path)) == (0, compiled.arena_bytes + 16)


def ram_of(elf: Path) -> tuple[int, int]:
    """Bytes with and without values at the start."""
    sections = dict(re.findall(r"^(\.\w+) +(\d+)", run("avr-size", "-A", elf), re.MULTILINE))
    return int(sections.get(".data", 0)), int(sections[".bss"])


@pytest.mark.slow
def test_constants_that_near_pointers_do_not_reach_are_told(tmp_path: Path) -> None:
    """Tables of the program's own push the model's out of the first 64 KiB: it answered from other bytes."""
    compiled = program("dense", "m")
    assert lines(built(compiled, tmp_path, "-DTABLE_BYTES=1000"))[0][0] != "!"
    elf = built(compiled, tmp_path, "-DTABLE_BYTES=32000")
    assert [line[0] for line in lines(elf)] == ["!", "!", "!"]


def test_more_constants_than_near_pointers_reach_are_refused(tmp_path: Path) -> None:
    net = Net(image(2, 2, 32))
    net.conv(256, (2, 2))
    net.conv(64, (2, 2))
    compiled = compile_graph(read_graph(net.bytes()), CompileOptions("m"))
    done = call("make", "-s", *AVR, cwd=written(compiled, tmp_path))
    assert (
        "m: more constants than the 64 KiB of flash that avr-libc's pgm_read functions reach" in done.stderr
    )
