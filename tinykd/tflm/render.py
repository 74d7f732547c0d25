"""``TflmProgram`` -> C++ source: a pure function from facts to ``{relative path: text}``."""

from collections.abc import Iterable, Iterator

from tinykd.compiler.codegen.render import ABI, environment
from tinykd.compiler.ctext import wrapped
from tinykd.tflm.names import add_function
from tinykd.tflm.program import TflmProgram
from tinykd.version import __version__

_WIDTH = 116


def render(program: TflmProgram) -> dict[str, str]:
    """``<name>.h`` and ``<name>.cpp``, and the flatbuffer as ``<name>_flatbuffer.cpp``."""
    facts = {
        "program": program,
        "version": __version__,
        "abi": ABI,
        "adds": [f"{add_function(op)}()" for op in program.ops],
        "lines": wrapped(_hexadecimal(program.flatbuffer), _WIDTH),
    }
    templates = {
        f"{program.name}.h": "model.h.j2",
        f"{program.name}.cpp": "model.cpp.j2",
        f"{program.name}_flatbuffer.cpp": "flatbuffer.cpp.j2",
    }
    loader = environment("tflm")
    return {path: loader.get_template(name).render(facts) for path, name in templates.items()}


def _hexadecimal(data: Iterable[int]) -> Iterator[str]:
    return (f"0x{byte:02x}" for byte in data)
