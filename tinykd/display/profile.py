"""Ticks per layer, as counted on a board, as a table."""

from collections.abc import Sequence

from tinykd.sessions.profile import Profile


def profile_table(profile: Profile) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Header and cells: a row for each layer, and one for all."""
    from tinykd.report.names import short_names

    rows = profile.rows
    total = sum(row["ticks"] for row in rows) or 1
    names = short_names([row["name"] for row in rows])
    cells = [
        (
            name,
            r["kernel"],
            f"{r['macs']:,}",
            f"{r['ticks']:,}",
            _per_mac(r["ticks"], r["macs"]),
            f"{100 * r['ticks'] / total:.1f} %",
        )
        for name, r in zip(names, rows, strict=True)
    ]
    macs = sum(r["macs"] for r in rows)
    cells.append(("all layers", "", f"{macs:,}", f"{total:,}", _per_mac(total, macs), ""))
    return ("layer", "kernel", "MACs", profile.unit, "per MAC", "share"), cells


def _per_mac(ticks: int, macs: int) -> str:
    return f"{ticks / macs:.2f}" if macs else ""
