"""Two runs beside each other, for people."""

from tinykd.errors import one_line
from tinykd.report.compare import ComparedFigure, ComparedRung, ComparedSetting, Comparison
from tinykd.text import table_lines


def comparison_lines(found: Comparison) -> list[str]:
    """Notes, rungs, boards, settings; parts that have nothing are left out."""
    lines = [f"Note: {one_line(text)}" for text in found.notes]
    header = ("", "first", "second", "difference", "95 % interval", "bytes")
    lines += table_lines(header, [_rung(each) for each in found.rungs])
    if found.figures:
        rows = [_figure(each) for each in found.figures]
        lines += ["", *table_lines(("board", "", "first", "second", "difference"), rows)]
    if found.settings:
        lines += [
            "",
            *table_lines(("setting", "first", "second"), [_setting(each) for each in found.settings]),
        ]
    sure = [each for each in found.rungs if each.is_sure]
    names = ", ".join(each.title for each in sure)
    return [
        *lines,
        "",
        f"More than chance: {names}." if sure else "No rung differs by more than chance allows.",
    ]


def _rung(each: ComparedRung) -> tuple[str, ...]:
    a, b = each.bytes
    size = "" if a is None and b is None else f"{a:,}" if a == b else f"{_count(a)} -> {_count(b)}"
    if each.difference is None or each.low is None or each.high is None:
        return one_line(each.title, 60), each.first or "-", each.second or "-", "", "", size
    digits = 2 if "%" in each.first else 4
    interval = f"{each.low:+.{digits}f} to {each.high:+.{digits}f}"
    return one_line(each.title, 60), each.first, each.second, f"{each.difference:+.{digits}f}", interval, size


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _figure(each: ComparedFigure) -> tuple[str, ...]:
    values = [_number(value) for value in (each.first, each.second)]
    change = ""
    if each.first and each.second is not None:
        change = f"{100 * (each.second / each.first - 1):+.1f} %"
    return each.board, each.name, *values, change


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _setting(each: ComparedSetting) -> tuple[str, ...]:
    return each.key, *(("-" if value is None else one_line(value, 60)) for value in (each.first, each.second))
