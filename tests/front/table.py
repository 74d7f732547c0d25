"""``python -m tests.front.table [--machine m4] [NAME…]``: every byte of every step, by hand."""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from tests.conformance.cores import MACHINES
from tests.front.cases import CASES
from tests.front.running import build, check


def main() -> None:
    """A line for each front end."""
    parser = argparse.ArgumentParser(prog="python -m tests.front.table", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CASES)}; all without")
    parser.add_argument("--machine", choices=MACHINES, default="host")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name in options.names or CASES:
        case = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            build(case.raw, Path(folder), MACHINES[options.machine])
            rows = case.draw(np.random.default_rng(options.seed), options.samples)
            check(case.raw, rows, Path(folder), MACHINES[options.machine])
        print(
            f"{name:20}{options.machine:8}{len(rows)} samples, {case.raw.layers_count} layers: equal",
            flush=True,
        )


if __name__ == "__main__":
    main()
