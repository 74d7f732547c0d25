"""Tables and pages for notebooks, as HTML: every text escaped, no script, no request."""

from collections.abc import Sequence
from html import escape

from tinykd.text import is_number


def table_html(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """A table; cells that are numbers stand to the right."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    align = "right" if is_number(text) else "left"
    return f'<td style="text-align: {align}">{escape(text)}</td>'


def lines_html(lines: Sequence[str]) -> str:
    """Text as it is, in one width."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


def page_html(page: str, height_px: int = 720) -> str:
    """A whole page in a frame of its own."""
    style = f"width: 100%; height: {height_px}px; border: 1px solid #8888"
    return f'<iframe sandbox="allow-scripts" srcdoc="{escape(page)}" style="{style}"></iframe>'
