"""Charts of bytes, addresses and ticks: sizes, flash and RAM, the arena, the layers. Pure placement."""

from collections.abc import Sequence

from tinykd.errors import one_line
from tinykd.report.axis import TIMES, ChartAxis
from tinykd.report.drawing import SERIES, Drawing, Label, Polyline, Rect, Shape, fitted, nice_ticks
from tinykd.report.ladder_charts import rung_role
from tinykd.report.model import ArenaBuffer, Image, LinkedSection, ProfiledLayer, ProgramPlan, Rung
from tinykd.report.names import SCRATCH


def size_bars(ladder: Sequence[Rung]) -> Drawing:
    """Bytes of each step that stores any, on one linear scale, with how many times smaller it is."""
    rungs = [rung for rung in ladder if rung.bytes is not None and not rung.step.startswith("baseline")]
    width, left, row = 520.0, 172.0, 26.0
    x = ChartAxis(0, max((rung.bytes or 0) for rung in rungs), left, width - 128)
    shapes: list[Shape] = []
    for index, rung in enumerate(rungs):
        y, size = index * row, rung.bytes or 0
        ratio = (
            f" · {rung.compression:.1f}{TIMES} smaller" if rung.compression and rung.step != "teacher" else ""
        )
        title = f"{rung.title} (flash)" if rung.step == "device" else rung.title
        shapes.append(Label(left - 8, y + 17, fitted(title, left - 8), "ink", "end"))
        shapes.append(
            Rect(left, y + 6, max(1.5, x(size) - left), row - 11, rung_role(rung), f"{size:,} bytes")
        )
        shapes.append(Label(max(left + 1.5, x(size)) + 6, y + 17, f"{size:,}{ratio}", "muted", size=10))
    alt = ", ".join(f"{rung.title} {rung.bytes:,} bytes" for rung in rungs)
    return Drawing(width, row * len(rungs) + 4, "Bytes at each step", alt, tuple(shapes))


def memory_bars(image: Image) -> Drawing:
    """Flash and RAM: what is used of the budget (thin bar), and what uses it (thick bar, its own scale)."""
    width, shapes, alts = 320.0, list[Shape](), []
    rows = (("Flash", image.flash_bytes, image.flash_budget), ("RAM", image.ram_bytes, image.ram_budget))
    for index, (name, used, budget) in enumerate(rows):
        y = index * 54.0
        share = f" of {budget:,} ({100 * used / budget:.1f} %)" if budget else ""
        shapes.append(Label(0, y + 12, name, "ink", bold=True))
        shapes.append(Label(width, y + 12, f"{used:,} bytes{share}", "muted", "end", 10.5))
        if budget:
            over = used > budget
            shapes.append(Rect(0, y + 18, width, 4, "track"))
            shapes.append(
                Rect(0, y + 18, min(width, max(1.5, width * used / budget)), 4, "bad" if over else "good")
            )
        sections = [s for s in image.sections if (s.flash if name == "Flash" else s.ram)]
        shapes += _section_boxes(sections, y + 26, width)
        alts.append(f"{name} {used} bytes{share}")
    return Drawing(width, 104, "Flash and RAM", "; ".join(alts), tuple(shapes))


def _section_boxes(sections: Sequence[LinkedSection], y: float, width: float) -> list[Shape]:
    total, x = sum(section.bytes for section in sections) or 1, 0.0
    shapes: list[Shape] = []
    for index, section in enumerate(sections):
        wide = width * section.bytes / total
        name = one_line(section.name)
        shapes.append(
            Rect(
                x, y, max(0.5, wide - 1), 18, SERIES[index % len(SERIES)], f"{name}: {section.bytes:,} bytes"
            )
        )
        if text := fitted(f"{name} {section.bytes:,}", wide - 8, 9.5):
            shapes.append(Label(x + 4, y + 13, text, "panel", size=9.5))
        x += wide
    return shapes


# --- memory plan ------------------------------------------------------------------------------------------


def memory_plan(plan: ProgramPlan) -> Drawing:
    """Buffers as boxes: from their first to their last step across, from lowest to highest address up."""
    width, height, left, top = 680.0, 320.0, 64.0, 14.0
    steps = max((buffer.last for buffer in plan.buffers), default=0) + 1
    peak = max([plan.arena_bytes, *(b.offset + b.bytes for b in plan.buffers)]) or 1
    x, y = ChartAxis(0, steps, left, width - 10), ChartAxis(0, peak, height - 44, top)
    shapes: list[Shape] = []
    for tick in nice_ticks(0, peak, 5):
        shapes.append(Polyline(((left, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(left - 6, y(tick) + 3.5, f"{tick:,.0f}", "muted", "end", 9.5))
    for step in range(0, steps, max(1, steps // 24)):
        shapes.append(Label(x(step + 0.5), y.start + 14, str(step), "muted", "middle", 9.5))
    shapes.append(Label((left + x.end) / 2, y.start + 30, "step of the program", "muted", "middle", 10))
    tensors = [buffer for buffer in plan.buffers if not is_scratch(buffer)]
    for buffer in plan.buffers:
        role = "baseline" if is_scratch(buffer) else SERIES[tensors.index(buffer) % len(SERIES)]
        start, end = shown_lifetime(buffer, plan.buffers)
        shapes += _buffer_box(buffer, x(start) + 1, x(end) - 1, y, role)
    shapes.append(
        Polyline(((left, y(plan.arena_bytes)), (x.end, y(plan.arena_bytes))), "ink", 1.2, dashed=True)
    )
    if plan.lower_bound_bytes < plan.arena_bytes:
        bound = y(plan.lower_bound_bytes)
        shapes.append(Polyline(((left, bound), (x.end, bound)), "muted", 1.0, dashed=True))
    alt = (
        f"{len(plan.buffers)} buffers over {steps} steps in an arena of {plan.arena_bytes} bytes; "
        f"no plan without overlaps can take less than {plan.lower_bound_bytes} bytes"
    )
    return Drawing(width, height, "Arena: lifetimes across, addresses up", alt, tuple(shapes))


def is_scratch(buffer: ArenaBuffer) -> bool:
    """Working memory of one step, as opposed to a tensor."""
    return buffer.label.startswith(SCRATCH)


def shown_lifetime(buffer: ArenaBuffer, buffers: Sequence[ArenaBuffer]) -> tuple[float, float]:
    """From where to where, in steps, the box goes.

    A step may write its output over an input that it reads for the last time: there the two boxes meet in the
    middle of the step.
    """
    start, end = float(buffer.first), buffer.last + 1.0
    for other in buffers:
        if other is buffer or not _share_addresses(buffer, other):
            continue
        if other.last == buffer.first and (other.first, other.last) < (buffer.first, buffer.last):
            start = buffer.first + 0.5
        if buffer.last == other.first and (buffer.first, buffer.last) < (other.first, other.last):
            end = buffer.last + 0.5
    return (start, end) if start < end else (buffer.first + 0.25, buffer.first + 0.75)


def _share_addresses(a: ArenaBuffer, b: ArenaBuffer) -> bool:
    return a.offset < b.offset + b.bytes and b.offset < a.offset + a.bytes


def _buffer_box(buffer: ArenaBuffer, left: float, right: float, y: ChartAxis, role: str) -> list[Shape]:
    top, bottom = y(buffer.offset + buffer.bytes), y(buffer.offset)
    name = "scratch" if is_scratch(buffer) else one_line(buffer.label)
    where = f"{buffer.bytes} bytes at {buffer.offset}, steps {buffer.first} to {buffer.last}"
    hint, height = f"{one_line(buffer.name, 200)}: {where}", max(1.0, bottom - top - 1)
    shapes: list[Shape] = [Rect(left, bottom - 0.5 - height, max(0.5, right - left), height, role, hint)]
    if bottom - top >= 14 and (text := fitted(name, right - left - 6, 9.5)):
        shapes.append(Label(left + 4, min(bottom - 4, top + 13), text, "panel", size=9.5))
    if bottom - top >= 28 and (text := fitted(f"{buffer.bytes:,} B", right - left - 6, 9.5)):
        shapes.append(Label(left + 4, top + 25, text, "panel", size=9.5))
    return shapes


# --- per-layer profile ------------------------------------------------------------------------------------


def profile_bars(layers: Sequence[ProfiledLayer], unit: str) -> Drawing:
    """Ticks of each layer as bars, in the order they run, with the share of the whole."""
    row, left, width = 22.0, 160.0, 560.0
    ticks = [layer.ticks or 0.0 for layer in layers]
    total, top = sum(ticks) or 1.0, max(ticks, default=1.0) or 1.0
    x = ChartAxis(0, top, left, width - 182)
    shapes: list[Shape] = []
    for index, (layer, value) in enumerate(zip(layers, ticks, strict=True)):
        y = 4 + index * row
        hint = f"{one_line(layer.name, 200)} ({layer.kernel}): {value:,.0f} {unit}, {layer.macs:,} MACs"
        shapes.append(Label(left - 8, y + 14, fitted(one_line(layer.label), left - 12), "ink", "end"))
        shapes.append(Rect(left, y + 3, max(1.0, x(value) - left), row - 7, "student", hint))
        shapes.append(Label(x(value) + 6, y + 14, _profile_text(value, total, layer.macs), "muted", size=10))
    alt = ", ".join(
        f"{one_line(la.label)} {100 * v / total:.0f} %" for la, v in zip(layers, ticks, strict=True)
    )
    what = f"{unit[:1].upper()}{unit[1:]}" if len(unit) > 2 else unit  # "ns" stays small
    height = 10 + row * max(1, len(layers))
    return Drawing(width, height, f"{what} per layer", alt, tuple(shapes))


def _profile_text(value: float, total: float, macs: int) -> str:
    per_mac = f" · {value / macs:.2f}/MAC" if macs else ""
    return f"{value:,.0f} · {100 * value / total:.1f} %{per_mac}"
