"""The conformance table: op x cases x bytes that differ from TFLM.

python -m tests.conformance.table --cases 20 --machine avr [OP ...]
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.conformance.cases import CASES
from tests.conformance.choose import Ends, Seeded, samples, samples_at_ends
from tests.conformance.cores import MACHINES
from tests.conformance.harness import Difference, Labelled, compare
from tests.conformance.machine import HOST, Machine
from tests.conformance.tflm import Tflm

BATCH = 400  # cases a binary


@dataclass(frozen=True)
class Row:
    op: str
    cases: int
    total: int  # bytes
    differing: int  # bytes
    first: str


def cases_of(op: str, count: int, seed: int = 0, ends: bool = False) -> list[Labelled]:
    """``count`` cases of one op, the same for the same seed; with ``ends`` all constants at their limits."""
    key = sum(ord(c) << (i % 16) for i, c in enumerate(op))
    choose = Ends if ends else Seeded
    return [Labelled(f"{op} {i}", CASES[op](choose(seed, key, i))) for i in range(count)]


def measure(
    ops: Sequence[str], count: int, tflm: Tflm, machine: Machine = HOST, seed: int = 0, ends: bool = False
) -> list[Row]:
    """``count`` cases of each op on ``machine``; with ``ends`` inputs and constants at their limits."""
    members = [m for op in ops if op not in machine.without for m in cases_of(op, count, seed, ends)]
    draw = samples_at_ends if ends else samples
    batch = min(BATCH, machine.batch)
    found: list[Difference] = []
    for i in range(0, len(members), batch):
        found += compare(members[i : i + batch], tflm, machine, machine.group, seed + i, draw)
    return rows(found)


def rows(differences: Sequence[Difference]) -> list[Row]:
    by_op: dict[str, list[Difference]] = defaultdict(list)
    for d in differences:
        by_op[d.label.rpartition(" ")[0]].append(d)
    return [
        Row(
            op,
            len(ds),
            sum(d.total for d in ds),
            sum(d.differing for d in ds),
            next((f"{d.label}: {d.first}" for d in ds if d.first), ""),
        )
        for op, ds in by_op.items()
    ]


def shown(table: Sequence[Row]) -> str:
    lines = ["| op | cases | bytes compared | bytes differing |", "|---|---:|---:|---:|"]
    lines += [f"| {r.op} | {r.cases} | {r.total:,} | {r.differing:,} |" for r in table]
    total = (sum(r.cases for r in table), sum(r.total for r in table), sum(r.differing for r in table))
    lines.append("| **all** | {:,} | {:,} | {:,} |".format(*total))
    lines += [f"- {r.first}" for r in table if r.first]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Conformance with TensorFlow Lite Micro, byte for byte.")
    parser.add_argument("ops", nargs="*", metavar="OP", help="all of them by default")
    parser.add_argument("--cases", type=int, default=20, help="per op")
    parser.add_argument("--machine", choices=MACHINES, default="host")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ends", action="store_true", help="inputs and constants at their limits")
    chosen = parser.parse_args(arguments)
    tflm = Tflm()
    ops, machine = chosen.ops or list(CASES), MACHINES[chosen.machine]
    table = measure(ops, chosen.cases, tflm, machine, chosen.seed, chosen.ends)
    tflm.close()
    print(shown(table))
    return 1 if any(r.differing for r in table) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
