"""The objects that a board found in an image, drawn with the characters of a terminal: a frame for each box,
a cross at its centre, its class at its corner. A character is twice as high as it is wide.
"""

from collections.abc import Sequence

from rich.text import Text

from tinykd.cli.live_metrics import SeenObject, SeenScene
from tinykd.errors import one_line

WIDTH, HEIGHT = 72, 24  # characters, at most
STYLES = ("green", "cyan", "magenta", "yellow", "blue", "red")


def scene_text(scene: SeenScene) -> Text:
    """The whole image, the objects with the largest score on top."""
    scale = min(WIDTH / scene.width, 2 * HEIGHT / scene.height)
    columns, rows = max(1, round(scene.width * scale)), max(1, round(scene.height * scale / 2))
    canvas = [[(" ", "")] * columns for _ in range(rows)]
    names = sorted({each.name for each in scene.objects})
    for each in reversed(scene.objects):
        _draw(canvas, each, (columns / scene.width, rows / scene.height), STYLES[names.index(each.name) % 6])
    text = Text()
    for row in canvas:
        for sign, style in row:
            text.append(sign, style)
        text.append("\n")
    text.append(_counts(scene, names))
    return text


def _draw(
    canvas: list[list[tuple[str, str]]], each: SeenObject, scale: tuple[float, float], style: str
) -> None:
    last_row, last_column = len(canvas) - 1, len(canvas[0]) - 1

    def put(row: int, column: int, sign: str) -> None:
        if 0 <= row <= last_row and 0 <= column <= last_column:
            canvas[row][column] = sign, style

    x0, y0, x1, y1 = each.box
    left, right = int(x0 * scale[0]), min(last_column, int(x1 * scale[0]))
    top, bottom = int(y0 * scale[1]), min(last_row, int(y1 * scale[1]))
    for column in range(left, right + 1):
        put(top, column, "─")
        put(bottom, column, "─")
    for row in range(top, bottom + 1):
        put(row, left, "│")
        put(row, right, "│")
    for (row, column), sign in zip(
        ((top, left), (top, right), (bottom, left), (bottom, right)), "┌┐└┘", strict=True
    ):
        put(row, column, sign)
    put(int(each.y * scale[1]), int(each.x * scale[0]), "+")
    for place, sign in enumerate(one_line(each.name, max(0, right - left - 1))):
        put(top, left + 1 + place, sign)


def _counts(scene: SeenScene, names: Sequence[str]) -> str:
    """``12 objects (labels 13): 10 red, 2 white``."""
    each = (f"{sum(o.name == name for o in scene.objects)} {one_line(name, 20)}" for name in names)
    return f"{len(scene.objects)} objects (labels {scene.wanted}): {', '.join(each) or 'none'}"
