"""The report as a few lines for a terminal: what ``tinykd run`` prints at its end."""

from tinykd.report.model import Report, Rung


def summary_lines(report: Report) -> list[str]:
    """The ladder as an aligned table, a line per board, a sentence on distillation, the gates that fail."""
    lines = [*_table([_HEADER, *(_row(rung) for rung in report.ladder)]), ""] if report.ladder else []
    lines += [line for board in _boards(report) for line in board]
    lines.append(report.distillation.sentence)
    lines += [f"Not shown: {text}" for text in report.missing]
    failed = [gate for gate in report.gates if not gate.passed]
    lines += [f"FAILED {gate.text}" for gate in failed]
    if report.gates and not failed:
        lines.append(f"All {len(report.gates)} gates pass.")
    return lines


_HEADER = ("step", "accuracy", "95 % interval", "right", "bytes", "smaller")


def _row(rung: Rung) -> tuple[str, ...]:
    test = rung.test
    return (
        rung.title,
        f"{100 * test.value:.2f} %",
        f"{100 * test.low:.1f} - {100 * test.high:.1f} %",
        f"{test.correct}/{test.total}",
        f"{rung.bytes:,}" if rung.bytes is not None else "",
        f"{rung.compression:.1f} x" if rung.compression is not None and rung.step != "teacher" else "",
    )


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Columns padded to their widest cell; the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADER))]
    return [
        "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _boards(report: Report) -> list[list[str]]:
    found = []
    for board in report.boards:
        parts = []
        if (exact := board.exactness) is not None:
            parts.append(
                f"{exact.exact}/{exact.samples} exact, {exact.within_one} within 1 LSB, "
                f"{exact.same_class} same class ({exact.oracle})"
            )
        if board.image is not None and board.kind != "host":
            parts.append(f"flash {board.image.flash_bytes:,} B, RAM {board.image.ram_bytes:,} B")
        if board.timing is not None:
            parts.append(f"{board.timing.median:,.0f} {board.timing.unit} per inference")
        found.append([f"{board.name}: {'; '.join(parts) or 'not verified'}"])
    return [*found, [""]] if found else []
