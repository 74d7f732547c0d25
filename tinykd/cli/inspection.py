"""``Program.summary()`` as text: layers, memory plan as lifetimes by addresses, boards that it fits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinykd.cli.output import table_lines

# What the firmware needs besides the model: start-up, port, harness, kernels; stack and link buffers.
# Measured on the digits example; `tinykd build` measures your own.
CODE_BYTES = 12 * 1024
WORK_RAM_BYTES = 3 * 1024
PLAN_ROWS = 16

Summary = Mapping[str, Any]


def inspection_value(summary: Summary) -> dict[str, Any]:
    """The summary and the boards, for ``--json``."""
    return {**summary, "boards": board_fits(summary)}


def board_fits(summary: Summary) -> list[dict[str, Any]]:
    """Per board: estimated flash and RAM, and whether both fit."""
    from tinykd.boards import list_boards

    flash, ram = summary["weights_bytes"] + CODE_BYTES, summary["arena_bytes"] + WORK_RAM_BYTES
    return [
        {
            "board": b.name,
            "flash_percent": round(100 * flash / b.flash_bytes, 1),
            "ram_percent": round(100 * ram / b.ram_bytes, 1),
            "fits": flash <= b.flash_bytes and ram <= b.ram_bytes,
        }
        for b in list_boards()
    ]


def inspection_lines(model: Path, summary: Summary) -> list[str]:
    """All of it as text."""
    return [
        f"{model.name}  sha256 {summary['sha256'][:16]}…",
        *(_tensor_line("input", t) for t in summary["input"]),
        *(_tensor_line("output", t) for t in summary["output"]),
        "",
        *_layers(summary["layers"]),
        "",
        f"{summary['macs']:,} MACs, {summary['weights_bytes']:,} bytes of weights, "
        f"arena {summary['arena_bytes']:,} bytes (lower bound {summary['lower_bound_bytes']:,})",
        "",
        *_plan(summary),
        "",
        *_boards(summary),
    ]


def _tensor_line(kind: str, tensor: Mapping[str, Any]) -> str:
    quantization = f"real = {tensor['scale']:.9g} * (q - {tensor['zero_point']})"
    return f"{kind:6}  {tensor['name']}  {tensor['dtype']} {_shape(tensor['shape'])}  {quantization}"


def _shape(shape: Any) -> str:
    return "x".join(str(n) for n in shape)


def _layers(layers: list[Mapping[str, Any]]) -> list[str]:
    rows = [
        (
            str(i),
            layer["op"],
            " ".join(_shape(s) for s in layer["input_shapes"]),
            _shape(layer["output_shape"]),
            f"{layer['macs']:,}",
            f"{layer['weights_bytes']:,}",
            layer["kernel"],
        )
        for i, layer in enumerate(layers)
    ]
    return table_lines(("#", "op", "in", "out", "MACs", "weights B", "kernel"), rows)


def _plan(summary: Summary) -> list[str]:
    """Steps across, addresses up: ``#`` marks what is alive."""
    steps, arena = len(summary["layers"]), max(summary["arena_bytes"], 1)
    lines = ["memory plan: steps across, addresses up"]
    for row in reversed(range(PLAN_ROWS)):
        low, high = row * arena // PLAN_ROWS, (row + 1) * arena // PLAN_ROWS
        cells = "".join(_cell(summary["buffers"], step, low, high) for step in range(steps))
        lines.append(f"{low:>9,} |{cells}|")
    return lines


def _cell(buffers: list[Mapping[str, Any]], step: int, low: int, high: int) -> str:
    alive = any(
        b["first"] <= step <= b["last"] and b["offset"] < high and low < b["offset"] + b["bytes"]
        for b in buffers
    )
    return "##" if alive else "  "


def _boards(summary: Summary) -> list[str]:
    rows = [
        (
            b["board"],
            f"{b['flash_percent']} %",
            f"{b['ram_percent']} %",
            "fits" if b["fits"] else "does not fit",
        )
        for b in board_fits(summary)
    ]
    note = f"(with about {CODE_BYTES:,} B of code and {WORK_RAM_BYTES:,} B of stack and buffers)"
    return [*table_lines(("board", "flash", "RAM", ""), rows), note]
