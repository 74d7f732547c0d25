"""Operators of a flatbuffer written anew, at the end of the file; everything else stays where it is.

An operator's slot then points to its new table, and the model to a new list of op codes where one is missing.
Offsets of a flatbuffer lead forward only, so the list is a copy. Field numbers: schema.fbs (Model, SubGraph,
Operator, OperatorCode).
"""

import struct
from collections.abc import Sequence

from flatbuffers import Builder

from tinykd.graph import schema
from tinykd.graph.flatbuffer import Table
from tinykd.graph.ir import Op
from tinykd.graph.options import integers, options_table
from tinykd.graph.reader import MAX_NAME_BYTES, MAX_OPS, MAX_SUBGRAPHS

_ALIGNMENT = 16
_OLD_CODES_END = 127  # of the byte that held the code first
_OPERATORS, _CODES = 3, 1  # fields of SubGraph and Model


def with_ops(model: bytes, ops: Sequence[Op]) -> bytes:
    """``model`` with ``ops`` of its main subgraph in place of those of the same index."""
    if not ops:
        return model
    root = Table.root(model, schema.IDENTIFIER)
    main, codes = root.tables(2, MAX_SUBGRAPHS)[0], [_code(t) for t in root.tables(_CODES, MAX_OPS)]
    added = sorted({op.kind for op in ops} - {_name(code) for code in codes})
    codes += [(schema.OP_NAMES.index(kind), b"", 1) for kind in added]
    out, numbers = bytearray(model), {_name(code): i for i, code in reversed([*enumerate(codes)])}
    if added:
        _point(out, _where(root, _CODES), _appended(out, _codes(codes)))
    slots = _vector(model, _where(main, _OPERATORS))
    for op in ops:
        _point(out, slots + 4 * op.index, _appended(out, _operator(op, numbers[op.kind])))
    return bytes(out)


_Code = tuple[int, bytes, int]  # builtin code, custom code, version


def _code(table: Table) -> _Code:
    builtin = max(table.integer(0, "b"), table.integer(3, "i"))
    return builtin, table.text(1, MAX_NAME_BYTES).encode(), table.integer(2, "i", 1)


def _name(code: _Code) -> str:
    return schema.OP_NAMES[code[0]] if 0 <= code[0] < len(schema.OP_NAMES) else ""


def _codes(codes: Sequence[_Code]) -> bytes:
    """A vector of OperatorCode."""
    flat, made = Builder(1024), []
    for builtin, custom, version in codes:
        text = flat.CreateString(custom) if custom else 0
        flat.StartObject(4)
        flat.PrependInt8Slot(0, min(builtin, _OLD_CODES_END), 0)
        flat.PrependUOffsetTRelativeSlot(1, text, 0)
        flat.PrependInt32Slot(2, version, 1)
        flat.PrependInt32Slot(3, builtin, 0)
        made.append(flat.EndObject())
    flat.StartVector(4, len(made), 4)
    for offset in reversed(made):
        flat.PrependUOffsetTRelative(offset)
    flat.Finish(flat.EndVector())
    return bytes(flat.Output())


def _operator(op: Op, code: int) -> bytes:
    """The table of an Operator."""
    flat = Builder(256)
    operands = integers(flat, [-1 if t is None else t.index for t in op.inputs])
    results, options = integers(flat, [t.index for t in op.outputs]), options_table(flat, op)
    flat.StartObject(5)
    flat.PrependUint32Slot(0, code, 0)
    flat.PrependUOffsetTRelativeSlot(1, operands, 0)
    flat.PrependUOffsetTRelativeSlot(2, results, 0)
    flat.PrependUint8Slot(3, schema.OPTIONS[op.kind].union, 0)
    flat.PrependUOffsetTRelativeSlot(4, options, 0)
    flat.Finish(flat.EndObject())
    return bytes(flat.Output())


def _where(table: Table, field: int) -> int:
    where = table.position_of(field)
    assert where is not None, "a model without it has been refused"
    return where


def _vector(model: bytes, where: int) -> int:
    """Where the entries of the vector begin that the offset at ``where`` leads to."""
    return where + int(struct.unpack_from("<I", model, where)[0]) + 4


def _appended(out: bytearray, made: bytes) -> int:
    """Where the root of the finished buffer ``made`` lies, now that it stands at the end of ``out``."""
    out += bytes(-len(out) % _ALIGNMENT)
    start = len(out)
    out += made
    return start + int(struct.unpack_from("<I", made)[0])


def _point(out: bytearray, where: int, target: int) -> None:
    struct.pack_into("<I", out, where, target - where)
