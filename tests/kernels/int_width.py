"""Finds C arithmetic that a 16-bit ``int`` cannot hold, from clang's syntax tree for an AVR.

C computes narrow operands in ``int``; on AVR that is 16 bits. For each ``+ - * <<`` (and ``++ --``, and their
assigning forms) of that width, what the operands' types and constants allow is worked out as an interval; one
that leaves the type is reported as "file:line: a * b may be -4194304..4194304 in int". Nothing is assumed of
values: a variable may be all that its type holds, but for counters of ``for`` loops between constants, and
for constants.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Node = dict[str, Any]
Interval = tuple[int, int]

CLANG = [
    "clang",
    "--target=avr",
    "-mmcu=atmega2560",
    "-std=c99",
    "-ffreestanding",  # limits.h is the compiler's own; avr-libc has none
    "-fsyntax-only",
    "-Xclang",
    "-ast-dump=json",
]
UNCACHED = {**os.environ, "CCACHE_DISABLE": "1"}  # a tree that is remembered names the files of another test
BITS = {"char": 8, "short": 16, "int": 16, "long": 32, "long long": 64}
WIDTH = 16  # of int


def type_of(node: Node) -> str:
    found = node.get("type", {})
    name = str(found.get("desugaredQualType", found.get("qualType", "")))
    return name.removeprefix("const ").removeprefix("volatile ")


def limits(name: str) -> Interval | None:
    """What an integer type holds; None for another type."""
    unsigned, plain = name.startswith("unsigned "), name.removeprefix("unsigned ").removeprefix("signed ")
    if name == "_Bool":
        return 0, 1
    if plain not in BITS:
        return None
    half = 1 << (BITS[plain] - 1)
    return (0, 2 * half - 1) if unsigned else (-half, half - 1)


def is_narrow(name: str) -> bool:
    return name in ("int", "unsigned int")


def located(tree: Node) -> None:
    """Gives every location its file and line, which clang leaves out where they are the last one's."""
    file, line = "", 0

    def visit(value: Any) -> None:
        nonlocal file, line
        if isinstance(value, list):
            for part in value:
                visit(part)
        elif isinstance(value, dict):
            if "offset" in value and "tokLen" in value:
                file, line = value.get("file", file), value.get("line", line)
                value |= {"file": file, "line": line}
            for part in list(value.values()):
                visit(part)

    visit(tree)


def place(node: Node) -> tuple[str, int]:
    begin = node.get("range", {}).get("begin", {})
    begin = begin.get("expansionLoc", begin)
    return str(begin.get("file", "")), int(begin.get("line", 0))


def joined(*intervals: Interval) -> Interval:
    return min(i[0] for i in intervals), max(i[1] for i in intervals)


def fits(inner: Interval, outer: Interval) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def corners(operator: str, a: Interval, b: Interval) -> Interval | None:
    """The interval of ``a operator b``; None where the result's type must do."""
    if operator == "+":
        return a[0] + b[0], a[1] + b[1]
    if operator == "-":
        return a[0] - b[1], a[1] - b[0]
    if operator == "*":
        return joined(*((x * y, x * y) for x in a for y in b))
    if operator == "<<":
        shift = (max(b[0], 0), min(max(b[1], 0), 64))
        return joined(*((x << s, x << s) for x in a for s in shift))
    if operator == ">>" and b[0] >= 0:
        return joined(*((x >> min(s, 64), x >> min(s, 64)) for x in a for s in b))
    if operator == "&" and (a[0] >= 0 or b[0] >= 0):
        return 0, min(i[1] for i in (a, b) if i[0] >= 0)
    if operator == "%" and b[0] > 0:
        return (0 if a[0] >= 0 else 1 - b[1]), b[1] - 1
    if operator == "/" and b[0] > 0:
        return joined(*((x // y + (x < 0), x // y) for x in a for y in b))
    return None


@dataclass
class Reader:
    """One syntax tree.

    ``known`` are the intervals of counters and constants, by the id of their declaration.
    """

    within: str  # only what lies below this folder is reported
    known: dict[str, Interval] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def walk(self, node: Node) -> None:
        kind, children = node.get("kind"), node.get("inner", [])
        if kind == "ForStmt":
            self.learn_counter(node)
        if kind == "VarDecl" and children and "const " in node["type"].get("qualType", ""):
            interval = self.value(children[-1])
            if interval is not None and limits(type_of(node)):
                self.known[node["id"]] = interval
        self.check(node)
        for child in children:
            self.walk(child)

    def learn_counter(self, loop: Node) -> None:
        """``for (int i = A; i < B; i++)`` with constants, in either direction."""
        declared, _, condition, *_ = loop["inner"]
        for variable in declared.get("inner", []):
            start = self.value(variable["inner"][-1]) if variable.get("inner") else None
            if variable.get("kind") == "VarDecl" and start and condition.get("kind") == "BinaryOperator":
                end = self.value(condition["inner"][1])
                if end and end[0] == end[1] and start[0] == start[1]:
                    self.known[variable["id"]] = joined((start[0] - 1, start[0]), (end[0] - 1, end[0]))

    def value(self, node: Node) -> Interval | None:
        """What ``node`` may be; None where it is no integer."""
        whole = limits(type_of(node))
        if whole is None:
            return None
        exact = self.exact(node)
        return exact if exact is not None and fits(exact, whole) else whole

    def exact(self, node: Node) -> Interval | None:
        """What ``node`` would be without the limits of its own type; None where only the type says."""
        kind, inner = node.get("kind"), node.get("inner", [])
        if kind in ("IntegerLiteral", "CharacterLiteral"):
            return int(node["value"]), int(node["value"])
        if kind in ("ConstantExpr", "ParenExpr", "ImplicitCastExpr", "CStyleCastExpr"):
            return self.value(inner[-1])
        if kind == "DeclRefExpr":
            return self.known.get(node["referencedDecl"]["id"])
        if kind == "UnaryExprOrTypeTraitExpr":
            return 0, 255  # sizeof: of a type or a struct here
        if kind == "ConditionalOperator":
            both = [self.value(n) for n in inner[1:]]
            return joined(*(b for b in both if b)) if all(both) else None
        if kind == "UnaryOperator":
            return self.unary(node["opcode"], self.value(inner[0]))
        if node.get("opcode") in ("<", ">", "<=", ">=", "==", "!=", "&&", "||"):
            return 0, 1
        if kind in ("BinaryOperator", "CompoundAssignOperator"):
            a, b = self.value(inner[0]), self.value(inner[1])
            operator = node["opcode"]
            operator = operator.removesuffix("=") if kind == "CompoundAssignOperator" else operator
            return corners(operator, a, b) if a and b else None
        return None

    @staticmethod
    def unary(operator: str, a: Interval | None) -> Interval | None:
        if a is None:
            return None
        return {
            "-": (-a[1], -a[0]),
            "~": (-1 - a[1], -1 - a[0]),
            "!": (0, 1),
            "+": a,
            "++": (a[0] + 1, a[1] + 1),
            "--": (a[0] - 1, a[1] - 1),
        }.get(operator)

    def check(self, node: Node) -> None:
        """Reports arithmetic of the width of ``int`` whose interval leaves its type."""
        computed = node.get("computeResultType", {}).get("qualType") or type_of(node)
        whole = limits(computed)
        if whole is None or not is_narrow(computed) or not place(node)[0].startswith(self.within):
            return
        operator = node.get("opcode", "")
        if node.get("kind") not in ("BinaryOperator", "CompoundAssignOperator", "UnaryOperator"):
            return
        if operator in ("+", "-", "*", "<<", "+=", "-=", "*=", "<<=", "++", "--"):
            exact = self.exact(node)
            if exact is not None and not fits(exact, whole):
                file, line = place(node)
                span = f"{exact[0]}..{exact[1]}"
                self.found.append(f"{Path(file).name}:{line}: {operator} may be {span} in {computed}")


def unbounded(sources: Sequence[Path], includes: Sequence[str], within: Path) -> list[str]:
    """The lines about ``sources`` and those of their headers that lie in ``within``, each once."""
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda source: _lines(source, includes, within), sources))
    return list(dict.fromkeys(line for page in pages for line in page))


def _lines(source: Path, includes: Sequence[str], within: Path) -> list[str]:
    command = [*CLANG, *includes, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=UNCACHED)
    assert done.returncode == 0, done.stderr[:4000]
    tree = json.loads(done.stdout)
    located(tree)
    reader = Reader(str(within))
    reader.walk(tree)
    return reader.found
