"""``python -m benchmarks.scale``: time and peak memory of every stage against the size of what it is given.

Samples are generated (``made``). What was measured is kept in ``--out`` as it comes: a second call goes on.
``--quick`` takes minutes and shows that it runs.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import gettempdir

from benchmarks.scale.axes import AXES, Axis, measured
from benchmarks.scale.figure import draw
from benchmarks.scale.measure import Cost
from benchmarks.scale.table import table
from tinykd.files import write_json

Costs = dict[str, dict[int, list[Cost]]]


def known(file: Path) -> Costs:
    """What ``file`` holds."""
    if not file.is_file():
        return {}
    read = json.loads(file.read_text())
    return {
        name: {int(n): [Cost(**c) for c in of] for n, of in sizes.items()} for name, sizes in read.items()
    }


def keep(file: Path, found: Costs) -> None:
    plain = {name: {n: [vars(c) for c in of] for n, of in sizes.items()} for name, sizes in found.items()}
    write_json(file, plain)


def run(axes: Iterable[Axis], options: argparse.Namespace) -> Costs:
    """What is not known yet, value by value."""
    file = options.out / ("quick.json" if options.quick else "full.json")
    found = known(file)
    for axis in axes:
        sizes = found.setdefault(axis.name, {})
        for value in axis.quick if options.quick else axis.full:
            if value not in sizes and value <= options.most:
                sizes[value] = measured(axis, value, Path(gettempdir()) / "tinykd-scale")
                keep(file, found)
                peak = max(cost.peak_mb for cost in sizes[value])
                seconds = sum(cost.seconds for cost in sizes[value])
                print(f"{axis.name} {value:,}: {seconds:.0f} s, at most {peak:,} MB", flush=True)
    return {axis.name: found[axis.name] for axis in axes if found[axis.name]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("axes", nargs="*", choices=[[], *AXES], help="default: all")
    parser.add_argument("--quick", action="store_true", help="two small values of each")
    parser.add_argument("--most", type=int, default=10**9, help="leave larger values out")
    parser.add_argument("--out", type=Path, default=Path("build/bench-scale"), help="kept between calls")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    found = run([AXES[name] for name in options.axes or AXES], options)
    for name, sizes in found.items():
        print("\n" + "\n".join(table(name, sizes)))
    draw(found, options.out / ("quick" if options.quick else "full"))


if __name__ == "__main__":
    main()
