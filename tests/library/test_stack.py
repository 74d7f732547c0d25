"""``make stack``: GCC's account summed over the call graph, held against what a run really touches."""

import platform
import re
from pathlib import Path

import pytest

from tests.library.libraries import MODELS, call, program, run, written
from tinykd.compiler.core import Core

pytestmark = pytest.mark.slow  # compilers and emulators at work

LIMIT = 512  # bytes, of any model on any core: TFLM's bare invoke needs more
CORES = [Core.GENERIC, Core.CORTEX_M0, Core.CORTEX_M4, Core.CORTEX_M7, Core.CORTEX_M55]
C_LIBRARY = 8  # memset and memcpy, which the bound leaves out and names: a return address
# On x86-64 leaf functions may use 128 bytes below the stack pointer, which no compiler counts as their frame.
NO_RED_ZONE = "-mno-red-zone" if platform.machine() in ("x86_64", "AMD64") else ""
FRAME_OF_STEPS = 64  # of the loop over the layers in the program below
PROBE = r"""
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "m.h"
#define STACK (256 * 1024)
static _Alignas(4096) uint8_t stack[STACK];
static _Alignas(16) uint8_t arena[M_ARENA_BYTES];

#if defined(__x86_64__)
#define STACK_POINTER(p) __asm__ volatile("mov %%rsp, %0" : "=r"(p))
#else
#define STACK_POINTER(p) __asm__ volatile("mov %0, sp" : "=r"(p))
#endif

/* Paints all that lies below this frame, calls, and looks how far down the paint is gone. */
static __attribute__((noinline)) long used(tkd_status (*function)(void *)) {
    uint8_t *here;
    STACK_POINTER(here);
    for (volatile uint8_t *p = stack; p < here; p++) { *p = 0xA5; }
    function(arena);
    for (volatile uint8_t *p = stack; p < here; p++) { if (*p != 0xA5) { return (long)(here - p); } }
    return 0;
}
static tkd_status steps(void *a) {
    for (uint16_t i = 0; i < m_model.layers_count; i++) { m_model.step(a, i); }
    return TKD_OK;
}
static void *probe(void *unused) {
    (void)unused;
    m_reset(arena); m_invoke(arena); steps(arena); /* the dynamic linker has done its work */
    printf("%ld %ld %ld\n", used(m_reset), used(m_invoke), used(steps));
    return NULL;
}
int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    return pthread_attr_setstack(&attributes, stack, STACK) ||
           pthread_create(&thread, &attributes, probe, NULL) || pthread_join(thread, NULL);
}
"""


def bounds(folder: Path, *arguments: str) -> dict[str, int]:
    """Function to bytes, as ``make stack`` prints them."""
    text = run("make", "-s", "stack", *arguments, cwd=folder)
    return {name: int(size) for name, size in re.findall(r"^(\S+) +(\d+) bytes ", text, re.MULTILINE)}


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("model", MODELS)
def test_the_stack_is_bounded_and_small(model: str, core: Core, tmp_path: Path) -> None:
    found = bounds(written(program(model, "m", core), tmp_path))
    assert set(found) == {"m_invoke", "m_reset", "m_model.step"}
    assert 0 < found["m_invoke"] <= LIMIT and 0 < found["m_model.step"] <= LIMIT, found


@pytest.mark.parametrize("optimize", ["-O1", "-Os", "-O2"])
@pytest.mark.parametrize("model", MODELS)
def test_no_run_touches_more(model: str, optimize: str, tmp_path: Path) -> None:
    folder = written(program(model, "m"), tmp_path)
    flags = f"CFLAGS={optimize} -fno-builtin -fno-stack-protector {NO_RED_ZONE}"
    bound = bounds(folder, flags)
    run("make", "-s", flags, cwd=folder)
    (tmp_path / "probe.c").write_text(PROBE)
    command = ["gcc", "-std=gnu11", "-O1", "-static", "-I", folder / "include", tmp_path / "probe.c"]
    run(*command, folder / "build/libm.a", "-pthread", "-o", tmp_path / "probe")
    reset, invoke, steps = (int(word) for word in run(tmp_path / "probe").split())
    assert reset <= bound["m_reset"]
    assert bound["m_invoke"] // 2 <= invoke <= bound["m_invoke"] + C_LIBRARY
    assert steps <= bound["m_model.step"] + C_LIBRARY + FRAME_OF_STEPS


GRAPH = """graph: {{ title: "x.c"
node: {{ title: "m_invoke" label: "m_invoke\\nx.c:1:1\\n16 bytes (static)" }}
node: {{ title: "m_reset" label: "m_reset\\nx.c:1:1\\n8 bytes (static)" }}
node: {{ title: "src/m.c:step_layer" label: "step_layer\\nx.c:1:1\\n8 bytes (static)" }}
node: {{ title: "f" label: "f\\nx.c:1:1\\n100 bytes ({kind})" }}
edge: {{ sourcename: "m_invoke" targetname: "f" label: "x.c:2:2" }}
edge: {{ sourcename: "f" targetname: "{callee}" label: "x.c:2:2" }}
"""


@pytest.mark.parametrize(
    ("kind", "callee", "wanted"),
    [
        ("dynamic", "memcpy", "no bound is known; dynamic: f; recursive:"),
        ("static", "m_invoke", "no bound is known; dynamic:; recursive: m_invoke"),
        ("static", "__indirect_call", "no bound is known; dynamic: calls through pointers; recursive:"),
    ],
)
def test_what_has_no_bound_is_said(kind: str, callee: str, wanted: str, tmp_path: Path) -> None:
    folder = written(program("dense", "m"), tmp_path)
    (tmp_path / "x.ci").write_text(GRAPH.format(kind=kind, callee=callee))
    done = call("awk", "-f", folder / "stack.awk", tmp_path / "x.ci")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == wanted


def test_frames_of_assembly_and_calls_through_pointers_count(tmp_path: Path) -> None:
    folder = written(program("dense", "m"), tmp_path)
    graph = GRAPH.format(kind="static", callee="__indirect_call")
    (tmp_path / "x.ci").write_text(graph + 'node: { title: "g" label: "g\\nx.c:9:9\\n0 bytes (static)" }\n')
    listing = (
        "00000000 <f>:\n   0:\tldr\tr0, [pc, #4]\n\t\t\t8: R_ARM_ABS32\tg\n\n00000000 <g>:\n"
        "   0:\tstmdb\tsp!, {r4, r5, r6, lr}\n   4:\tvpush\t{d8}\n   8:\tsub\tsp, #12\n"
    )
    (tmp_path / "x.dis").write_text(listing)
    done = call("awk", "-f", folder / "stack.awk", tmp_path / "x.ci", tmp_path / "x.dis")
    assert (
        done.stdout.splitlines()[0]
        == "m_invoke                152 bytes  m_invoke 16 > f 100 > __indirect_call 0 > g 36"
    )
