"""Which process runs which test, and in what order, where pytest-xdist runs several (``--dist loadgroup``).

Tests that share a fixture of their module's run in one process, so that it is made once. What takes long
comes first, groups before single tests, so that no process is left with a long one at the end.
"""

import pytest


def arrange(items: list[pytest.Item]) -> None:
    """Put groups together and sort ``items``; of the same kind they keep their order."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=_late)


def _shares(item: pytest.Item) -> bool:
    """Whether it uses what is made once for a module, and costs anything to make."""
    found = getattr(item, "_fixtureinfo", None)
    if found is None or not item.get_closest_marker("slow"):
        return False
    return any(each.scope == "module" for fixtures in found.name2fixturedefs.values() for each in fixtures)


def _late(item: pytest.Item) -> int:
    """0 for those that begin."""
    if item.get_closest_marker("first"):
        return 0
    if not item.get_closest_marker("slow"):
        return 3
    return 1 if item.get_closest_marker("xdist_group") else 2
