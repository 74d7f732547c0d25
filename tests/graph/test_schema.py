"""The hand-written part of the schema agrees with the one that TFLM's Python package was generated from."""

import inspect
import re

from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as generated

from tests.conformance.builder import options_table
from tinykd.graph import schema

_CODES = {"Int8": "b", "Int32": "i", "Float32": "f", "Bool": "?"}


def test_op_names() -> None:
    values = {v: n for n, v in vars(generated.BuiltinOperator).items() if not n.startswith("_")}
    assert list(schema.OP_NAMES) == [values[i] for i in range(len(schema.OP_NAMES))]


def test_element_types() -> None:
    values = {v: n.lower() for n, v in vars(generated.TensorType).items() if not n.startswith("_")}
    assert [schema.DTYPE_NAMES[i] for i in range(18)] == [values[i] for i in range(18)]
    assert {i: d.value for i, d in schema.DTYPES.items()} == {i: values[i] for i in schema.DTYPES}


def test_options_tables() -> None:
    for op, table in schema.OPTIONS.items():
        name = options_table(op)
        assert name is not None, op
        assert table.union == getattr(generated.BuiltinOptions, name), op
        ours = [f.name for f in table.fields if f.name not in _DEPRECATED]
        assert [_snake(n) for n in _fields(name)][: len(ours)] == ours, (
            op
        )  # newer schemas add fields at the end


_DEPRECATED = ("new_height", "new_width")  # they keep their places, but no reader is generated


def test_defaults_and_types() -> None:
    classes = dict(
        re.findall(r"^class (\w+)\(object\):\n(.*?)(?=^class |\Z)", inspect.getsource(generated), re.M | re.S)
    )
    for op, table in schema.OPTIONS.items():
        source = classes[str(options_table(op))]
        for place, field in enumerate(table.fields):
            if field.name in _DEPRECATED or field.type in "sI":
                continue
            offset = rf"self\._tab\.Offset\({4 + 2 * place}\)\)"
            pattern = offset + r"\s+if o != 0:\s+return .*?(\w+)Flags, .*?\n\s+return (\S+)"
            found = re.search(pattern, source)
            assert found is not None, (op, field)
            assert _CODES[found[1]] == field.type, (op, field)
            assert float({"False": 0, "True": 1}.get(found[2], found[2])) == field.default, (op, field)


def _fields(table: str) -> list[str]:
    holder = getattr(generated, f"{table}T")()
    return list(vars(holder))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
