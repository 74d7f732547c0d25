"""Builds the fuzz targets: the whole harness under libFuzzer, ASan and UBSan, in two sizes."""

from dataclasses import dataclass
from pathlib import Path

from tests import objects
from tests.link.build import HERE as LINK_C
from tests.link.build import INCLUDES, link_sources

HERE = Path(__file__).parent
FLAGS = [
    "-std=gnu11",
    "-g",
    "-O1",
    "-fsanitize=fuzzer,address,undefined",
    "-fno-sanitize-recover=all",
    "-Wall",
    "-Wextra",
    "-Werror",
]


@dataclass(frozen=True)
class Target:
    """One build of tests/fuzz/link_target.c; its corpus has the same name."""

    name: str
    options: tuple[str, ...] = ()


# As boards have it; and the shortest receive buffer for the final inference, with a model that places itself.
TARGETS = (
    Target("usual"),
    Target("small", ("-DTKD_LINK_MAX_PAYLOAD=104u", "-DFAKE_INPUT=100u", "-DFAKE_PLACED")),
)


def build_target(target: Target, folder: Path) -> Path:
    """The fuzzer's executable in ``folder``."""
    out = folder / f"fuzz_{target.name}"
    sources = [*link_sources(), LINK_C / "fake_model.c", HERE / "link_target.c"]
    command = ["clang", *FLAGS, *INCLUDES, f"-I{LINK_C}", *target.options]
    done = objects.build(command, sources, out)
    assert done.returncode == 0, done.stderr
    return out
