"""What two models must have in common for one's weights to go into the other's firmware, as a hash.

It is taken over the C that computes the model and over its kernels: without comments, names of layers, the
weights themselves and the model's own name. So it holds shapes, order, kernels, places in the arena and in
the struct of weights, scales of inputs and outputs, and the version of all the code.
"""

import re
from dataclasses import replace

from tinykd.compiler.codegen.render import render
from tinykd.compiler.program import Program
from tinykd.files import sha256_bytes
from tinykd.paths import FIRMWARE

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_BUILT_IN = re.compile(r"built_in\b[^;{}]*= \{.*?^\};", re.DOTALL | re.MULTILINE)


def graph_hash(program: Program) -> str:
    """64 hexadecimal digits; ``program`` was compiled with ``CompileOptions.replaceable``."""
    assert program.options.replaceable
    options = replace(program.options, name="graph", source="model", labels=None)
    own = render(replace(program, options=options, sha256="0" * 64))["graph.c"]
    kernels = ((FIRMWARE / path).read_text(encoding="utf-8") for path in sorted(program.kernel_files))
    return sha256_bytes("\n".join(_essence(text) for text in (own, *kernels)).encode())


def _essence(text: str) -> str:
    code = _BUILT_IN.sub("", _COMMENT.sub(" ", text))
    return " ".join(_TEXT.sub('""', code).split())
