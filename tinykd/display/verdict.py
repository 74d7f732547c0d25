"""A verdict for people: what was compared, the counts, times and memory, the first layer that differs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tinykd.text import table_lines

DIGITS = 12  # of a SHA-256, enough for a person
Value = dict[str, Any]  # what ``Verification.to_json`` gives


def verdict_lines(place: str, value: Value) -> list[str]:
    """One board's verdict, from its JSON."""
    return [counts_line(place, value), *(f"  {name:<9}{text}" for name, text in _facts(value))]


def counts_line(place: str, value: Value) -> str:
    """The three counts, and with whom the outputs were compared."""
    total = value["samples"]
    text = f"{place}: {value['exact']}/{total} exact, {value['within_one']} within 1 LSB"
    if value["same_class"] is not None:
        text += f", {value['same_class']} same class"
    return f"{text} ({value['oracle']})"


def _facts(value: Value) -> Iterator[tuple[str, str]]:
    yield "model", _identity(value)
    if value.get("wanted", value["samples"]) > value["samples"]:
        yield "stopped", f"at the first that differs, after {value['samples']} of {value['wanted']} samples"
    if value.get("resumed"):
        yield "resumed", f"{value['resumed']} samples were answered before the run was cut"
    if value["device"] and value["host"]:
        yield (
            "score",
            f"{_score(value['device'])} on the device, {_score(value['host'])} on the host",
        )
    yield "latency", _latency(value["ticks"])
    yield "memory", _memory(value)
    yield "runtime", _runtime(value)
    if value["first_difference_facts"]:
        yield "differs", _first(value["first_difference_facts"])


def _first(facts: Value) -> str:
    if facts["pattern"] is None:
        return f"in the whole only: {facts['compared']} of {facts['layers']} layers agree one by one"
    pattern = facts["pattern"]
    return f"first in {_layer(facts)}: {pattern['place']}; {pattern['kind']} (sample {facts['sample']})"


def _layer(facts: Value) -> str:
    """``layer 0 stem (tkd_conv_2d_s8)``."""
    from tinykd.report.names import short_name

    return f"layer {facts['layer']} {short_name(facts['name'])} ({facts['kernel']})"


def _identity(value: Value) -> str:
    model, firmware = value["model"], value["firmware"]
    text = f"{model['name']}, SHA-256 {model['sha256'][:DIGITS]}"
    if firmware.get("sha256"):
        text += f"; firmware {firmware['sha256'][:DIGITS]}"
    return f"{text}, compiled by {firmware['compiler']}"


def _score(counts: Value) -> str:
    """Right answers with their interval, or what stands for them where outputs are no classes."""
    if counts.get("r2") is not None:
        return f"R² {counts['r2']:.4f}"
    if counts.get("auc") is not None:
        return f"AUC {counts['auc']:.4f}"
    if counts.get("mean_ap") is not None:
        return f"F1 {counts['f1']:.4f}, mAP {counts['mean_ap']:.4f}"
    if counts.get("f1") is not None:
        return f"F1 {counts['f1']:.4f}"
    low, high = (100 * bound for bound in counts["interval95"])
    rate = 100 * counts["correct"] / counts["total"]
    return f"{rate:.2f} % ({counts['correct']}/{counts['total']}, 95 % interval {low:.1f} - {high:.1f})"


def _latency(ticks: Value) -> str:
    text = f"median {ticks['median']:,.0f}, p99 {ticks['p99']:,.0f} {ticks['unit']}"
    if ticks["hz"] and ticks["unit"] != "instructions":
        text += f" ({ticks['median_ms']:.3f} and {ticks['p99_ms']:.3f} ms)"
    return text


def _memory(value: Value) -> str:
    parts = []
    if value.get("footprint"):
        footprint = value["footprint"]
        parts.append(f"flash {footprint['flash_bytes']:,} B, RAM {footprint['ram_bytes']:,} B")
    parts.append(f"arena {value['arena_bytes']:,} of {value['arena_available']:,} B")
    if value["stack_bytes"]:
        parts.append(f"stack at most {value['stack_used']:,} of {value['stack_bytes']:,} B")
    return ", ".join(parts)


def _runtime(value: Value) -> str:
    parts = [value["runtime"]]
    if value.get("kernels"):
        parts.append("kernels " + ", ".join(value["kernels"]))
    facts = value["firmware"]
    for name in ("kernel_library", "features", "caches"):
        if facts.get(name):
            parts.append(f"{name.replace('_', ' ')} {facts[name]}")
    if facts.get("rounding"):
        parts.append(f"{facts['rounding']} rounding")
    return "; ".join(parts)


def outcomes_table(outcomes: Sequence[Value]) -> list[str]:
    """One row for each board, and below it what was wrong with those that gave no verdict."""
    header = ("board", "port", "exact", "within 1 LSB", "same class", "score", "latency", "stack", "")
    lines = table_lines(header, [_row(value) for value in outcomes])
    return lines + [value["error"]["text"] for value in outcomes if value["error"]]


def _row(value: Value) -> Sequence[str]:
    if value["error"]:
        return (value["board"], value["port"], "", "", "", "", "", "", "no verdict")
    total, device, ticks = value["samples"], value["device"], value["ticks"]
    return (
        value["board"],
        value["port"],
        f"{value['exact']}/{total}",
        f"{value['within_one']}/{total}",
        f"{value['same_class']}/{total}" if value["same_class"] is not None else "",
        _score(device).partition(" (")[0] if device else "",
        f"{ticks['median']:,.0f} {ticks['unit']}",
        f"{value['stack_used']:,}" if value["stack_bytes"] else "",
        "passed" if value["passed"] else "FAILED",
    )


def difference_lines(facts: Value) -> list[str]:
    """The first layer that differs, from ``Difference.to_json``: where, how, values, likely causes."""
    if facts["pattern"] is None:
        compared = f"{facts['compared']} of {facts['layers']} layers compared"
        if not facts["causes"]:
            return [f"sample {facts['sample']}: nothing differs, layer by layer ({compared})"]
        head = [f"sample {facts['sample']}: no layer differs when they are run one by one ({compared})"]
        return [*head, *_causes(facts)]
    from tinykd.report.names import short_name

    pattern = facts["pattern"]
    shape = "x".join(map(str, facts["shape"]))
    reads = ", ".join(map(short_name, facts["reads"])) or "the input"
    return [
        f"first difference: {_layer(facts)}, sample {facts['sample']}",
        f"  where      {pattern['place']}",
        f"  what       {pattern['kind']}",
        f"  output     {shape}; reads {reads}, exact",
        f"  looked at  {_probes(facts['probes'])}; of {facts['layers']} layers",
        "",
        *(f"  {line}" for line in _examples(pattern["examples"])),
        "",
        *_causes(facts),
    ]


def _probes(probes: Sequence[Value]) -> str:
    return ", ".join(f"{p['layer']} {'differs' if p['differs'] else 'exact'}" for p in probes)


def _examples(examples: Sequence[Value]) -> list[str]:
    rows = [
        (
            ",".join(map(str, example["index"])),
            f"{example['expected']:g}",
            f"{example['received']:g}",
            f"{example['received'] - example['expected']:+g}",
        )
        for example in examples
    ]
    return table_lines(("index", "expected", "received", "difference"), rows)


def _causes(facts: Value) -> list[str]:
    return ["likely causes", *(f"  {i}. {cause}" for i, cause in enumerate(facts["causes"], 1))]


def diff_command(target: Path, board: str | None, port: str | None, sample: int) -> str:
    """What to type for the values of the first layer that differs."""
    words = ["tinykd diff", *([str(target)] if str(target) != "." else [])]
    words += [f"--board {board}"] if board else []
    words += [f"--port {port}"] if port else []
    return " ".join([*words, f"--sample {sample}"])
