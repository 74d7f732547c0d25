"""A ``Drawing`` as a file: SVG by the report's own template, PNG by matplotlib (extra ``plots``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_never

from tinykd.errors import ConfigError, DataError, ToolError
from tinykd.files import write_whole
from tinykd.report.drawing import PALETTE, Dot, Drawing, Label, Polyline, Rect, Shape
from tinykd.report.page import render_svg_file


def save(drawing: Drawing, path: Path) -> None:
    """Write ``drawing`` to ``path``; the suffix (.svg or .png) decides the format."""
    match path.suffix.lower():
        case ".svg":
            data: bytes | str = render_svg_file(drawing)
        case ".png":
            data = _png(drawing, path)
        case _:
            raise ConfigError(path, f'ends in "{path.suffix}"', "a name that ends in .svg or .png")
    try:
        write_whole(path, data)
    except OSError as error:
        raise DataError(path, f"cannot be written ({error.strerror})") from None


def _png(drawing: Drawing, path: Path, scale: float = 2.0) -> bytes:
    """The picture in light colours, ``scale`` pixels a point."""
    import io

    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        fix = f'Type `pip install "tinykd[plots]"`, or name it {path.stem}.svg'
        raise ToolError(path, "a .png needs matplotlib, which is not installed", "matplotlib", fix) from None

    figure = Figure(figsize=(drawing.width / 72, drawing.height / 72), facecolor=PALETTE["panel"][0])
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.axis("off")
    _paint(axes, drawing.shapes)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=72 * scale, metadata={"Software": None})
    return buffer.getvalue()


def _paint(axes: Any, shapes: Sequence[Shape]) -> None:
    """Each shape as a matplotlib artist; later ones above earlier ones."""
    from matplotlib.patches import Circle, Rectangle

    for order, shape in enumerate(shapes):
        colour = PALETTE[shape.role][0]
        match shape:
            case Rect():
                patch = Rectangle(
                    (shape.x, shape.y), shape.width, shape.height, facecolor=colour, linewidth=0
                )
                patch.set(alpha=shape.opacity, zorder=order)
                axes.add_patch(patch)
            case Polyline():
                xs, ys = zip(*shape.points, strict=True)
                style = (0, (3, 3)) if shape.dashed else "-"
                axes.plot(xs, ys, color=colour, linewidth=shape.width, linestyle=style, zorder=order)
            case Dot():
                axes.add_patch(Circle((shape.x, shape.y), shape.radius, color=colour, zorder=order))
            case Label():
                align = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
                weight = "bold" if shape.bold else "normal"
                # A dollar sign would start matplotlib's mathematics.
                text = shape.text.replace("$", r"\$")
                axes.text(
                    shape.x, shape.y, text, color=colour, fontsize=shape.size * 0.92, ha=align, va="baseline",
                    weight=weight, zorder=order,
                )  # fmt: skip
            case _:
                assert_never(shape)
