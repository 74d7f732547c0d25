"""How a tensor lies in time: its rows in a window, how many are new each hop, how far they are apart.

A window has ``length`` rows. It moves on by one hop: row j of a window is row j + hop of the one before.
Where a layer skips rows (a stride) in hops that are shorter than that, each hop's rows fall between those of
the hop before: every hop then computes one row, and a window's rows are every ``spacing``-th of them, as in a
convolution "à trous" (Holschneider et al., 1989).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rows:
    """Along ``axis``; in front of it are axes of extent 1 alone, so that rows lie one after another."""

    axis: int
    length: int  # rows of a window
    new: int  # rows that a hop computes
    spacing: int = 1  # more than 1 only where ``new`` is 1

    @property
    def reach(self) -> int:
        """From a window's first row to its last, in rows as hops compute them."""
        return (self.length - 1) * self.spacing + 1


@dataclass(frozen=True)
class Reach:
    """The rows that an op reads in a hop: ``count`` of them, the last one ``late`` rows before the newest."""

    count: int
    late: int = 0

    @property
    def held(self) -> int:
        """Rows that have to be there."""
        return self.count + self.late


@dataclass(frozen=True)
class Taps:
    """What a layer reads in time: ``kernel`` rows ``dilation`` apart, the next ones ``stride`` rows on.

    The first of them is row ``begin`` of the window.
    """

    kernel: int
    dilation: int
    stride: int
    begin: int = 0

    @property
    def span(self) -> int:
        """Rows from the first tap to the last."""
        return (self.kernel - 1) * self.dilation + 1


@dataclass(frozen=True)
class Moved:
    """The rows that a layer with ``Taps`` gives, and those that it reads for a hop."""

    rows: Rows
    reach: Reach


def moved(rows: Rows, taps: Taps, length: int) -> Moved | None:
    """``length`` rows of ``rows`` by ``taps``; None where a hop and the stride do not go into one another."""
    unread = rows.length - (taps.begin + (length - 1) * taps.stride + taps.span)
    if rows.spacing == 1 and rows.new % taps.stride == 0:
        new = rows.new // taps.stride
        return Moved(Rows(rows.axis, length, new), Reach((new - 1) * taps.stride + taps.span, unread))
    if taps.stride % rows.new:
        return None
    spacing = rows.spacing * taps.stride // rows.new
    reach = Reach((taps.span - 1) * rows.spacing + 1, unread * rows.spacing)
    return Moved(Rows(rows.axis, length, 1, spacing), reach)
