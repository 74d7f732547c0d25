"""``Program.summary()`` as text: layers, memory plan as lifetimes by addresses, boards that it fits."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.compiler.ctext import short_names
from tinykd.display.channels import NOTHING_REMOVED, channel_lines
from tinykd.display.slow_layers import slow_lines
from tinykd.firmware_project.fit import CODE_BYTES
from tinykd.text import table_lines, terminal_width

if TYPE_CHECKING:
    from tinykd.graph.ir import Graph

PLAN_ROWS = 16
_ADDRESS = 12  # characters of a row beside its cells

Summary = Mapping[str, Any]


def inspection_value(summary: Summary) -> dict[str, Any]:
    """The summary and the boards, for ``--json``."""
    return {**summary, "boards": board_fits(summary)}


def board_fits(summary: Summary) -> list[dict[str, Any]]:
    """Per board: estimated shares of flash and RAM, and whether both fit."""
    from tinykd.boards import list_boards
    from tinykd.firmware_project.board_fit import BoardFit

    return [BoardFit.of(summary, board).shares() for board in list_boards()]


def quantization_of(graph: "Graph") -> dict[str, dict[str, float | int]]:
    """Scale and zero point of every quantized activation, by the tensor's index."""
    return {
        str(t.index): {"scale": t.scale, "zero_point": t.zero_point}
        for t in graph.main.tensors
        if t.is_quantized and not t.is_constant
    }


def inspection_lines(model: Path, summary: Summary) -> list[str]:
    """All of it as text."""
    return [
        f"{model.name}  sha256 {summary['sha256'][:16]}…",
        *(line for kind in ("input", "output") for t in summary[kind] for line in _tensor_lines(kind, t)),
        "",
        *table_lines(*layer_table(summary["layers"], summary["quantization"])),
        "",
        f"{summary['macs']:,} MACs, {summary['weights_bytes']:,} bytes of weights, "
        f"arena {summary['arena_bytes']:,} bytes (lower bound {summary['lower_bound_bytes']:,})",
        *memory_lines(summary),
        *channel_lines(summary.get("channels", NOTHING_REMOVED)),
        *slow_lines(summary),
        *(stream_lines(summary) if "stream" in summary else ()),
        "",
        *_plan(summary),
        "",
        *_boards(model, summary),
    ]


def memory_lines(summary: Summary) -> list[str]:
    """Why the arena is not smaller, and which layers go by rows so that it is not larger."""
    peak, layers = summary.get("peak"), summary["layers"]
    if not peak:
        return []
    last = len(layers) - 1
    layer = layers[min(peak["step"], last)]
    parts = " + ".join(f"{size:,} {_tensor(name)}" for name, size in peak["buffers"])
    lines = [f"the arena is as large as layer {min(peak['step'], last)} ({layer['op']}) asks for: {parts}"]
    if summary.get("whole_bytes") is not None:
        lines.append(f"  layer by layer it would be {summary['whole_bytes']:,}; by rows go")
    for i, each in enumerate(layers):
        members = each["by_rows"]
        names = short_names([member["name"] for member in members])
        lines += [
            f"    {i}  {member['op']:20} {_shape(member['output_shape']):14} {name}"
            for member, name in zip(members, names, strict=True)
        ]
    return lines


def _tensor(name: str) -> str:
    """A buffer's name, of a tensor or of "scratch of" a layer, without the parts before its last."""
    kind, of, rest = name.partition(" of ")
    return f"{kind}{of}{short_names([rest])[0]}" if of else short_names([name])[0]


def stream_lines(summary: Summary) -> list[str]:
    """What a hop computes beside a whole window, and which layers do not go by hops."""
    stream = summary["stream"]
    ratio = stream["window_macs"] / max(summary["macs"], 1)
    return [
        f"a hop: {stream['hop_rows']} new rows of {stream['window_rows']}, {ratio:.1f} times fewer MACs than "
        f"the {stream['window_macs']:,} of a whole window; {stream['ring_bytes']:,} bytes of the arena are "
        "rows of earlier hops",
        *(f"  on all of the window: {name}" + (f" ({why})" if why else "") for name, why in stream["whole"]),
    ]


def _tensor_lines(kind: str, tensor: Mapping[str, Any]) -> list[str]:
    """What the program has; and what the model has itself, and by which ops, where that is not the same."""
    from tinykd.graph.quantize import meaning

    stands_for = meaning(tensor["scale"], tensor["zero_point"], tensor["dtype"])
    lines = [f"{kind:6}  {tensor['name']}  {tensor['dtype']} {_shape(tensor['shape'])}  {stands_for}"]
    model = tensor["model"]
    if model["left_out"]:
        own = f"{model['name']}  {model['dtype']} {_shape(model['shape'])}"
        lines.append(f"        in the model: {own}  ({', '.join(model['left_out'])})")
    return lines


def _shape(shape: Any) -> str:
    return "x".join(str(n) for n in shape) or "scalar"


LayerTable = tuple[tuple[str, ...], list[tuple[str, ...]]]  # header, rows


def layer_table(layers: list[Mapping[str, Any]], quantization: Mapping[str, Mapping[str, Any]]) -> LayerTable:
    """A row for each layer."""
    rows: list[tuple[str, ...]] = [
        (
            str(i),
            layer["op"],
            " ".join(_shape(s) for s in layer["input_shapes"]),
            _shape(layer["output_shape"]),
            f"{layer['macs']:,}",
            f"{layer['weights_bytes']:,}",
            _scale(quantization.get(str(layer["output_tensor"]))),
            layer["kernel"],
        )
        for i, layer in enumerate(layers)
    ]
    header = ("#", "op", "in", "out", "MACs", "weights B", "out scale, zero point", "kernel")
    return header, rows


def _scale(quantization: Mapping[str, Any] | None) -> str:
    return f"{quantization['scale']:.6g}, {quantization['zero_point']}" if quantization else ""


def _plan(summary: Summary) -> list[str]:
    """Steps across, addresses up: ``#`` marks what is alive."""
    spans, arena = _spans(len(summary["layers"])), max(summary["arena_bytes"], 1)
    lines = ["memory plan: steps across, addresses up"]
    for row in reversed(range(PLAN_ROWS)):
        low, high = row * arena // PLAN_ROWS, (row + 1) * arena // PLAN_ROWS
        cells = "".join(_cell(summary["buffers"], span, low, high) for span in spans)
        lines.append(f"{low:>9,} |{cells}|")
    return lines


def _spans(steps: int) -> list[tuple[int, int]]:
    """The first and last step of each character: two for a step, or as many as a line has room for."""
    room = (terminal_width() or sys.maxsize) - _ADDRESS
    across = min(2 * steps, max(room, 1))
    firsts = [i * steps // across for i in range(across)]
    return [(first, max(first, ((i + 1) * steps - 1) // across)) for i, first in enumerate(firsts)]


def _cell(buffers: list[Mapping[str, Any]], span: tuple[int, int], low: int, high: int) -> str:
    alive = any(
        b["first"] <= span[1]
        and span[0] <= b["last"]
        and b["offset"] < high
        and low < b["offset"] + b["bytes"]
        for b in buffers
    )
    return "#" if alive else " "


def _boards(model: Path, summary: Summary) -> list[str]:
    """Which boards hold it, in as few names as that takes."""
    fits = board_fits(summary)
    small, large = ([b["board"] for b in fits if b["fits"] == fitting] for fitting in (False, True))
    count = f"fits {len(large)} of {len(fits)} boards"
    if len(small) > len(large):
        named = f": {', '.join(large)}" if large else ""
    else:
        named = f", all but {', '.join(small)}" if small else ""
    return [
        f"{count}{named} (estimated, with {CODE_BYTES:,} B of code and the board's stack)",
        f"`tinykd boards --fits {model}` says what is left on each",
    ]
