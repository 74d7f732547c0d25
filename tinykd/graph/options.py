"""An op's options as the table of a flatbuffer, after the fields that ``schema.OPTIONS`` names."""

from collections.abc import Sequence

from flatbuffers import Builder

from tinykd.graph import schema
from tinykd.graph.ir import Op


def options_table(flat: Builder, op: Op) -> int:
    """The table's offset; 0 where the op has none."""
    fields = schema.OPTIONS.get(op.kind, schema.NO_OPTIONS).fields
    if op.kind not in schema.OPTIONS:
        return 0
    placed = {f.name: integers(flat, op.options.integers(f.name)) for f in fields if f.type == "I"}
    placed |= {f.name: flat.CreateString(op.options.text(f.name)) for f in fields if f.type == "s"}
    flat.StartObject(len(fields))
    for i, field in enumerate(fields):
        _put(flat, i, field, op, placed.get(field.name, 0))
    return int(flat.EndObject())


def _put(flat: Builder, slot: int, field: schema.Field, op: Op, offset: int) -> None:
    match field.type:
        case "I" | "s":
            flat.PrependUOffsetTRelativeSlot(slot, offset, 0)
        case "b":
            flat.PrependInt8Slot(slot, op.options.integer(field.name), field.default)
        case "i":
            flat.PrependInt32Slot(slot, op.options.integer(field.name), field.default)
        case "?":
            flat.PrependBoolSlot(slot, op.options.flag(field.name), bool(field.default))
        case "f":
            flat.PrependFloat32Slot(slot, op.options.real(field.name), float(field.default))
        case _:
            raise AssertionError(f"{op.kind}.{field.name} has type {field.type}")


def integers(flat: Builder, values: Sequence[int]) -> int:
    """A vector of int32."""
    flat.StartVector(4, len(values), 4)
    for value in reversed(values):
        flat.PrependInt32(value)
    return int(flat.EndVector())
