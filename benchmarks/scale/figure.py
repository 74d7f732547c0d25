"""Time and peak memory of each stage against the size, both axes logarithmic, as PNG and SVG."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.scale.table import Found


def draw(found: Mapping[str, Found], file: Path) -> None:
    """A row of two diagrams for each axis; ``file`` without its suffix."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, rows = plt.subplots(len(found), 2, figsize=(11, 3.6 * len(found)), squeeze=False)
    for (left, right), (name, sizes) in zip(rows, found.items(), strict=True):
        stages = dict.fromkeys(cost.stage for costs in sizes.values() for cost in costs)
        for stage in stages:
            points = [(size, cost) for size in sorted(sizes) for cost in sizes[size] if cost.stage == stage]
            left.plot([s for s, _ in points], [max(c.seconds, 0.01) for _, c in points], "o-", label=stage)
            right.plot([s for s, _ in points], [c.peak_mb for _, c in points], "o-", label=stage)
        for axes, unit in ((left, "seconds"), (right, "peak MB, all processes")):
            axes.set(xscale="log", yscale="log", xlabel=name, ylabel=unit)
            axes.grid(True, which="major", alpha=0.3)
        right.axhline(1536, color="black", linestyle="--", linewidth=0.8)
        left.legend(fontsize=7)
    figure.tight_layout()
    for suffix in (".png", ".svg"):
        figure.savefig(file.with_suffix(suffix))
    plt.close(figure)
