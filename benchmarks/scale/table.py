"""What was measured as a table in Markdown: a row for each stage, a column for each size, the exponents."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.scale.exponents import exponent
from benchmarks.scale.measure import Cost

Found = Mapping[int, Sequence[Cost]]  # by size


def table(name: str, found: Found) -> Iterator[str]:
    """``1.2 s, 640 MB`` in each cell."""
    sizes = sorted(found)
    yield f"| {name} | {' | '.join(f'{size:,}' for size in sizes)} | time grows by | memory by |"
    yield f"|---|{'---|' * len(sizes)}---|---|"
    for stage in _stages(found):
        rows = [_of_stage(found[size], stage) for size in sizes]
        cells = ["-" if row is None else f"{row.seconds:.1f} s, {row.peak_mb:,} MB" for row in rows]
        known = [(size, row) for size, row in zip(sizes, rows, strict=True) if row is not None]
        slopes = [
            exponent([size for size, _ in known], [value(row) for _, row in known])
            for value in (lambda row: row.seconds, lambda row: row.peak_mb)
        ]
        ends = ["-" if slope is None else f"{slope:.2f}" for slope in slopes]
        yield f"| {stage} | {' | '.join([*cells, *ends])} |"


def _stages(found: Found) -> list[str]:
    """In the order of the run."""
    return list(dict.fromkeys(cost.stage for costs in found.values() for cost in costs))


def _of_stage(costs: Sequence[Cost], stage: str) -> Cost | None:
    return next((cost for cost in costs if cost.stage == stage), None)
