"""The generated files as C: warnings, C++17, two models side by side, hostile text, stack, no state of
their own."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests import objects
from tests.compiler import host, structs
from tests.compiler.models import Net, dense_net, image, residual_net, separable_net
from tests.conformance.builder import Op, Tensor, build
from tinykd.compiler.codegen.emit import Emitter
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.errors import ConfigError
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

NETWORKS = {"residual": residual_net, "separable": separable_net, "dense": dense_net}
HOSTILE = ('say "hi"', "back\\slash", "new\nline", "??/", "*/ int x; /*", "née ☃ 🎉", "int")


def compiled(
    model: bytes, name: str = "m", core: Core = Core.GENERIC, labels: tuple[str, ...] | None = None
) -> Program:
    return compile_graph(read_graph(model), CompileOptions(name, core, labels=labels))


def sources(program: Program, folder: Path) -> list[str]:
    return [str(s) for s in host.write_sources(program, folder)]


def includes(program: Program, folder: Path) -> list[str]:
    return [f"-I{folder}", *(f"-I{d}" for d in host.include_folders(program))]


COMPILERS = [f"{c} -std=c99" for c in ("gcc", "clang")] + [
    f"{c} -std=c++17 -xc++" for c in ("g++", "clang++")
]


@pytest.mark.slow
@pytest.mark.parametrize("command_line", COMPILERS)
def test_no_warnings_as_c99_and_cpp17(command_line: str, tmp_path: Path) -> None:
    compiler = command_line.split()
    flags = [f for f in host.WARNINGS if f != "-Wstrict-prototypes" or "c99" in compiler[1]]
    for name, network in NETWORKS.items():
        program = compiled(network(), name, labels=("a", "b"))
        for source in sources(program, tmp_path):
            command = [
                *compiler,
                *flags,
                "-O1",
                *includes(program, tmp_path),
                "-c",
                source,
                "-o",
                str(tmp_path / "o"),
            ]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


def test_hostile_text(tmp_path: Path) -> None:
    net = Net(Tensor('*/ x\n??/ "\\ 🎉', (1, 6), scale=0.1))
    net.dense(4)
    net.ops[-1].outputs[0] = Tensor("int */ /* \u202e", (1, 4), scale=0.1)
    program = compiled(net.bytes(), labels=HOSTILE)
    for text in render(program).values():
        assert text.isascii()
    host.build(program, tmp_path)


@pytest.mark.parametrize("name", ["../x", "int main", "9a", "", "a" * 41, "tkd_x", "A"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="no name for a model; expected a small letter"):
        CompileOptions(name)


@pytest.mark.parametrize("name", ["int", "while", "class", "errno"])
def test_keywords_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="a word that C reserves"):
        CompileOptions(name)


TWO = r"""
#include <stdio.h>
#include "first.h"
#include "second.h"
static _Alignas(16) unsigned char a[FIRST_ARENA_BYTES], b[SECOND_ARENA_BYTES], again[FIRST_ARENA_BYTES];
int main(void) {
    for (int i = 0; i < (int)FIRST_INPUT_BYTES; i++) { first_input(a)[i] = first_input(again)[i] =
    (int8_t)(i * 7); } for (int i = 0; i < (int)SECOND_INPUT_BYTES; i++) { second_input(b)[i] = (int8_t)(i
    * 5); } /* step by step, in turns: nothing is shared but code */
    for (uint16_t i = 0; i < first_model.layers_count; i++) {
        first_model.step(a, i);
        if (i == 1) { second_invoke(b); }
        first_model.step(again, i);
    }
    if (memcmp(first_output(a), first_output(again), FIRST_OUTPUT_BYTES)) { return 1; }
    fwrite(first_output(a), 1, FIRST_OUTPUT_BYTES, stdout);
    fwrite(second_output(b), 1, SECOND_OUTPUT_BYTES, stdout);
    return 0;
}
"""


@pytest.mark.slow
def test_two_models_in_one_firmware(tmp_path: Path) -> None:
    programs = [compiled(residual_net(), "first"), compiled(dense_net(), "second")]
    alone = b""
    for program, factor in zip(programs, (7, 5), strict=True):
        folder = tmp_path / program.name
        folder.mkdir()
        values = (np.arange(program.inputs[0].location.bytes) * factor).astype(np.int8)
        alone += host.run(host.build(program, folder), values)
    files = sorted({s for p in programs for s in sources(p, tmp_path)})
    (tmp_path / "main.c").write_text("#include <string.h>\n" + TWO)
    flags = ["-std=c11", "-fsanitize=address,undefined", *includes(programs[0], tmp_path)]
    binary = tmp_path / "two"
    made = objects.build(["gcc", *flags], [*files, tmp_path / "main.c"], binary)
    assert made.returncode == 0, made.stderr
    assert subprocess.run([str(binary)], capture_output=True, check=True).stdout == alone


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("core", list(Core))
def test_constants_have_the_order_of_their_structs(network: str, core: Core) -> None:
    structs.check(compiled(NETWORKS[network](), core=core))


def test_same_input_same_bytes() -> None:
    assert render(compiled(residual_net())) == render(compiled(residual_net()))


def test_no_mutable_state_and_no_heap(tmp_path: Path) -> None:
    """Only const objects: nothing lands in .data or .bss, and no allocator is referenced."""
    program = compiled(residual_net())
    for source in sources(program, tmp_path):
        obj = str(tmp_path / "o.o")
        subprocess.run(
            ["gcc", "-std=c99", "-Os", "-fno-pie", *includes(program, tmp_path), "-c", source, "-o", obj],
            check=True,
        )
        symbols = subprocess.run(["nm", obj], capture_output=True, text=True, check=True).stdout
        assert not re.search(r" [bBdDC] ", symbols), symbols
        assert not re.search(r"U (malloc|calloc|realloc|free|alloca)$", symbols, re.M)


def test_stack_is_bounded_and_small(tmp_path: Path) -> None:
    """gcc's own account, function by function: all static, and the deepest call chain far below 1 KiB."""
    program = compiled(separable_net())
    frames: dict[str, int] = {}
    for source in sources(program, tmp_path):
        command = ["gcc", "-std=c99", "-Os", "-fstack-usage", *includes(program, tmp_path), "-c", source]
        subprocess.run([*command, "-o", str(tmp_path / "o.o")], check=True, cwd=tmp_path)
        for line in (tmp_path / "o.su").read_text().splitlines():
            place, size, kind = line.split("\t")
            assert kind == "static", line
            frames[place.rsplit(":", 1)[-1]] = int(size)
    # invoke -> kernel -> block -> dot or store: never more than four deep
    assert sum(sorted(frames.values())[-4:]) <= 1024, frames


def test_arena_is_checked(tmp_path: Path) -> None:
    program = compiled(dense_net())
    files = sources(program, tmp_path)
    (tmp_path / "main.c").write_text(
        '#include "m.h"\nstatic _Alignas(16) unsigned char a[M_ARENA_BYTES + 16];\n'
        "int main(void) { return !(m_invoke(0) == TKD_ERR_ARENA && m_reset(a + 1) == TKD_ERR_ARENA &&"
        " m_model.step(a + 4, 0) == TKD_ERR_ARENA && m_model.step(a, 99) == TKD_ERR_RANGE &&"
        " m_invoke(a) == TKD_OK); }\n"
    )
    binary = tmp_path / "t"
    made = objects.build(
        ["gcc", "-std=c11", *includes(program, tmp_path)], [*files, tmp_path / "main.c"], binary
    )
    assert made.returncode == 0, made.stderr
    subprocess.run([binary], check=True)


def test_summary_is_json_and_agrees(tmp_path: Path) -> None:
    import json

    program = compiled(residual_net())
    summary = json.loads(json.dumps(program.summary()))
    assert summary["arena_bytes"] >= summary["lower_bound_bytes"]
    assert [layer["op"] for layer in summary["layers"]].count("CONV_2D+ADD") == 2
    assert summary["input"][0]["shape"] == [1, 12, 10, 3] and summary["output"][0]["scale"] == 1 / 256
    assert sum(layer["macs"] for layer in summary["layers"]) == summary["macs"]


def test_a_table_of_rows_counts_as_weights() -> None:
    """Constant operands lie in flash as arrays of parameters do; equal ones are there once."""
    ids = Tensor("ids", (1, 3), "int32")
    rows = np.arange(-128, 128, dtype=np.int8).repeat(4).reshape(256, 4)
    ops, found = [], []
    for i in range(2):
        table = Tensor(f"table{i}", rows.shape, scale=0.1, data=rows)
        found.append(Tensor(f"found{i}", (1, 3, 4), scale=0.1))
        ops.append(Op("GATHER", [table, ids], [found[i]], axis=0, batchDims=0))
    program = compiled(build([*ops, Op("ADD", found, [Tensor("y", (1, 3, 4), scale=0.2)])]))
    assert [step.weights_bytes for step in program.steps] == [1024, 1024, 0]
    assert program.weights_bytes == program.summary()["weights_bytes"] == 1024
    text = render(program)
    assert "1024 bytes of constants" in text["m.c"] and "* weights   1024 bytes of flash" in text["m.h"]
    assert sum(map(int, re.findall(r"static const int8_t \w+\[(\d+)\]", text["m.c"]))) == 1024


def test_kernel_files_exist_and_are_enough() -> None:
    program = compiled(residual_net())
    assert all((FIRMWARE / f).is_file() for f in program.kernel_files)
    names = {f.rsplit("/", 1)[-1] for f in program.kernel_files}
    for file in program.kernel_files:
        for header in re.findall(r'#include "(tkd_\w+\.h)"', (FIRMWARE / file).read_text()):
            assert header in names, f"{file} includes {header}"


def test_add_is_not_fused_when_the_convolution_has_another_reader() -> None:
    net = Net(image(4, 4, 3))
    x = net.at
    y = net.conv(3)
    z = net.plus(x)
    net.at = y
    net.conv(2, (1, 1))
    net.outputs = [z, net.at]
    assert [s.layer.op for s in compiled(net.bytes()).steps] == ["CONV_2D", "ADD", "CONV_2D"]


def test_unused_ops_are_left_out() -> None:
    x, y, z = (Tensor(n, (1, 4), scale=0.1) for n in "xyz")
    model = build([Op("RELU", [x], [y]), Op("RELU6", [x], [z])], outputs=[y])
    assert [s.layer.op for s in compiled(model).steps] == ["RELU"]


@pytest.mark.parametrize("core", list(Core), ids=lambda c: c.value)
@pytest.mark.parametrize("network", NETWORKS)
def test_what_is_for_a_flash_apart_is_left_out_elsewhere(network: str, core: Core) -> None:
    """TKD_PARAMS, a block around each call and TKD_FLASH stood in every model, for any core."""
    graph = read_graph(NETWORKS[network]())
    for avr in (True, False):
        program = compile_graph(graph, CompileOptions("m", core, avr=avr))
        text = render(program)["m.c"]
        found = set(re.findall(r"TKD_PARAMS|TKD_FLASH\w*|__AVR__|\{ tkd_", text))
        if core is Core.ESP8266 or (avr and core is Core.GENERIC):
            assert {"TKD_PARAMS", "TKD_FLASH", "TKD_FLASH_IN_REACH", "{ tkd_"} <= found
        else:
            assert found == set()
            calls = [s.step.call.function for s in Emitter(program).steps()]
            assert re.findall(r"^    (tkd_\w+)\(", text, re.MULTILINE) == calls


def test_packed_words_are_shown_as_their_bits() -> None:
    """Fields of several channels in one number: -1642972397 says nothing, 0x9e123b13 does."""
    for core in (Core.CORTEX_M0, Core.CORTEX_M4):
        text = render(compiled(residual_net(), core=core))["m.c"]
        arrays = re.findall(
            r"static const (u?int32_t) (\w+)\[\d+\][^{]*= \{(?: /\*.*?\*/)?(.*?)\n\};", text, re.S
        )
        assert {kind for kind, *_ in arrays} == {"int32_t", "uint32_t"}
        for kind, name, values in arrays:
            pattern = r"0x[0-9a-f]{8}" if kind == "uint32_t" else r"-?\d+|\(-2147483647 - 1\)"
            assert re.fullmatch(rf"(\s+({pattern}),)+", values), name
            assert (f"(const int32_t *){name}," in text) == (kind == "uint32_t")


def test_layers_are_called_by_the_last_segment_and_named_whole_in_one_table() -> None:
    x = Tensor("x", (1, 4), scale=0.1)
    names = ["net/a/Relu;net/b/BiasAdd", "net/c/Relu", "net/d/Abs", "Identity"]
    ops, at = [], x
    for name, kind in zip(names, ("RELU", "RELU", "ABS", "RELU6"), strict=True):
        ops.append(Op(kind, [at], [at := Tensor(name, (1, 4), scale=0.1)]))
    text = render(compiled(build(ops)))["m.c"]
    assert re.findall(r"Layer \d: \w+, (.*)", text) == ["a/Relu", "c/Relu", "Abs", "Identity"]
    for name in names[:3]:
        assert text.count(name) == 1 and f'    {{"{name}", "tkd_lut_s8"' in text
