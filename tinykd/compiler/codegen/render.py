"""Program -> C source: a pure function to ``{relative path: text}``."""

from functools import cache

import jinja2

from tinykd.compiler import ctext
from tinykd.compiler.codegen.emit import Emitter, address, pointer_type, state_initial
from tinykd.compiler.codegen.replaceable import Replaceable, ReplaceableEmitter
from tinykd.compiler.codegen.sources import entry_headers
from tinykd.compiler.kernel import Call
from tinykd.compiler.program import Program
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import meaning
from tinykd.paths import TEMPLATES
from tinykd.version import __version__

ABI = 2  # TKD_MODEL_ABI in firmware/include/tkd_model.h
_DTYPES = {
    "int8": "TKD_INT8", "int16": "TKD_INT16", "int32": "TKD_INT32", "bool": "TKD_BOOL", "uint8": "TKD_UINT8",
    "float32": "TKD_FLOAT32", "int64": "TKD_INT64",
    "uint32": "TKD_UINT32", "uint64": "TKD_UINT64",
}  # fmt: skip


def render(program: Program) -> dict[str, str]:
    """``<name>.h`` and ``<name>.c``; the kernels they need are ``program.kernel_files``."""
    emitter = _emitter(program)
    steps = emitter.steps()
    context = {
        "program": program,
        "steps": steps,
        "headers": kernel_headers(program),
        "version": __version__,
        "abi": ABI,
        "guards": [guard for s in steps for guard in _guards(f"layer{s.number}", s.step.call)],
        "string_h": _uses_string_h(program),
        "apart": program.options.flash_apart,
        "initials": [state_initial(s) for s, _ in program.states],
        "weights": emitter.weights if isinstance(emitter, ReplaceableEmitter) else None,
    }
    return {
        f"{program.name}.{suffix}": environment().get_template(f"model.{suffix}.j2").render(context)
        for suffix in ("h", "c")
    }


def _emitter(program: Program) -> Emitter:
    return ReplaceableEmitter(program) if program.options.replaceable else Emitter(program)


def weights_of(program: Program) -> Replaceable:
    """What a slot holds of a program that was compiled with ``CompileOptions.replaceable``."""
    emitter = ReplaceableEmitter(program)
    emitter.steps()
    return emitter.weights


def kernel_headers(program: Program) -> list[str]:
    """Headers that declare what the generated file calls, as ``#include`` names them."""
    return sorted(entry_headers(f for step in program.steps for f in step.call.functions()))


def _guards(name: str, call: Call) -> list[str]:
    """The guards of ``call`` and its parts, as C."""
    own = [f"{call.guard}(&{name})"] if call.guard else []
    return own + [guard for part in call.parts for guard in _guards(f"{name}_{part.label}", part.call)]


def _uses_string_h(program: Program) -> bool:
    """Whether it calls memset (a fill, a state) or memcpy (a state's initial value)."""
    return bool(program.states) or any(step.call.template for step in program.steps)


def _quantizer(tensor: Tensor) -> str:
    """The function of tkd_quantize.h that makes integers as ``tensor`` has them; "" where none does."""
    functions = {"int8": "tkd_quantize", "uint8": "tkd_quantize_u8", "int16": "tkd_quantize_s16"}
    return functions.get(tensor.dtype.value, "") if tensor.scale or tensor.dtype is DType.INT8 else ""


def _scaled(tensor: Tensor) -> str:
    """Scale and zero point as text for a comment."""
    if tensor.scale:
        return f"scale {tensor.scale:.9g}, zero point {tensor.zero_point}"
    return meaning(0.0, 0, tensor.dtype.value)


def _zero(tensor: Tensor) -> str:
    """The value that stands for 0, as C."""
    return "0.0f" if tensor.dtype is DType.FLOAT32 else str(tensor.zero_point)


@cache
def environment(folder: str = "model") -> jinja2.Environment:
    """Jinja's environment for ``folder``. Strict: an undefined name in a template is an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    env.filters.update(
        c_ident=ctext.c_ident,
        c_string=ctext.c_string,
        c_comment=ctext.c_comment,
        c_float=ctext.c_float,
        ascii_only=ctext.ascii_only,
        dims=lambda shape: "x".join(str(d) for d in shape) or "scalar",
        meaning=lambda tensor: meaning(tensor.scale, tensor.zero_point, tensor.dtype.value),
        scaled=_scaled,
        quantizer=_quantizer,
        dtype=lambda tensor: _DTYPES[tensor.dtype.value],
        pointer=pointer_type,
        zero=_zero,
        pad=lambda text, width: text.ljust(width),
        sha_bytes=lambda digest: ", ".join(f"0x{digest[i : i + 2]}" for i in range(0, 64, 2)),
        padded=lambda values, n: ", ".join(str(v) for v in (*values, *[0] * (n - len(values)))),
    )
    env.globals["address"] = address
    return env
