"""A BERT sentence encoder that comes as ``model.safetensors`` (Hugging Face's layout) written as ONNX.

``python -m benchmarks.text.encoder FOLDER ENCODER.onnx``: FOLDER holds ``config.json``, ``model.safetensors``
and ``tokenizer.json``, which is copied beside the ONNX file. The graph is that of ``BertModel`` (Devlin et
al., arXiv 1810.04805) without its pooler: ids and mask in, ``last_hidden_state`` (batch, tokens, size) out.
Many encoders are published as ONNX already; then this is not needed.
"""

import json
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_OPSET = 17
Array = NDArray[np.float32]


def read_safetensors(path: Path) -> dict[str, Array]:
    """The float32 arrays of ``path`` (https://huggingface.co/docs/safetensors): a JSON header, then bytes."""
    content = path.read_bytes()
    (size,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            found[name] = np.frombuffer(content[start:end], np.float32).reshape(entry["shape"])
    return found


class BertGraph:
    """Nodes and constants, written one after another."""

    def __init__(self, weights: dict[str, Array], heads: int, epsilon: float) -> None:
        self._weights, self._heads, self._epsilon = weights, heads, epsilon
        self._size = weights["embeddings.LayerNorm.weight"].shape[0]
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def hidden_states(self, layers: int) -> str:
        """The name of what the last of ``layers`` gives."""
        words = self.op("Gather", self.weight("embeddings.word_embeddings.weight"), "input_ids")
        types = self.op("Gather", self.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
        length = self.op("Slice", self.op("Shape", "input_ids"), *map(self.integers, ([1], [2])))
        places = self.weight("embeddings.position_embeddings.weight")
        here = self.op("Slice", places, self.integers([0]), length, self.integers([0]))
        x = self.norm(self.op("Add", self.op("Add", words, types), here), "embeddings.LayerNorm")
        hidden = self.op("Sub", self.number(1.0), self.op("Cast", "attention_mask", to=1))
        mask = self.op("Unsqueeze", self.op("Mul", hidden, self.number(-1e9)), self.integers([1, 2]))
        for index in range(layers):
            x = self.layer(x, mask, f"encoder.layer.{index}")
        return x

    def layer(self, x: str, mask: str, name: str) -> str:
        """Self-attention and two dense layers, each added to what it was given and normalised."""
        mixed = self.dense(
            self.attention(x, mask, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        x = self.norm(self.op("Add", x, mixed), f"{name}.attention.output.LayerNorm")
        wide = self.gelu(self.dense(x, f"{name}.intermediate.dense"))
        return self.norm(
            self.op("Add", x, self.dense(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm"
        )

    def attention(self, x: str, mask: str, name: str) -> str:
        """softmax(Q K^T / sqrt(d) + mask) V, of all heads."""
        query, key, value = (
            self.heads(self.dense(x, f"{name}.{each}")) for each in ("query", "key", "value")
        )
        scores = self.op("MatMul", query, self.op("Transpose", key, perm=[0, 1, 3, 2]))
        scale = self.number((self._size / self._heads) ** -0.5)
        shares = self.op("Softmax", self.op("Add", self.op("Mul", scores, scale), mask), axis=-1)
        joined = self.op("Transpose", self.op("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self.op("Reshape", joined, self.integers([0, 0, self._size]))

    def heads(self, x: str) -> str:
        """(batch, tokens, size) to (batch, heads, tokens, size / heads)."""
        shape = self.integers([0, 0, self._heads, self._size // self._heads])
        return self.op("Transpose", self.op("Reshape", x, shape), perm=[0, 2, 1, 3])

    def dense(self, x: str, name: str) -> str:
        """x W^T + b."""
        turned = self.constant(f"{name}.turned", np.ascontiguousarray(self._weights[f"{name}.weight"].T))
        return self.op("Add", self.op("MatMul", x, turned), self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        """LayerNormalization over the last axis."""
        parts = (self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))
        return self.op("LayerNormalization", x, *parts, axis=-1, epsilon=self._epsilon)

    def gelu(self, x: str) -> str:
        """x / 2 (1 + erf(x / sqrt 2))."""
        inner = self.op("Erf", self.op("Mul", x, self.number(0.5**0.5)))
        return self.op("Mul", self.op("Mul", x, self.number(0.5)), self.op("Add", inner, self.number(1.0)))

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """The name of what a new node gives."""
        from onnx import helper

        name = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def weight(self, name: str) -> str:
        """That of the file."""
        return self.constant(name, self._weights[name])

    def number(self, value: float) -> str:
        """A scalar."""
        return self.constant(f"number {value!r}", np.float32(value))

    def integers(self, values: list[int]) -> str:
        """(n,) int64."""
        return self.constant(f"integers {values}", np.array(values, np.int64))

    def constant(self, name: str, value: Any) -> str:
        """Each once."""
        self.constants.setdefault(name, np.asarray(value))
        return name


def bert_model(weights: dict[str, Array], config: dict[str, Any]) -> Any:
    """The ONNX model of ``BertModel`` with ``weights``."""
    from onnx import TensorProto, helper, numpy_helper

    graph = BertGraph(weights, config["num_attention_heads"], config["layer_norm_eps"])
    last = graph.hidden_states(config["num_hidden_layers"])
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in names]
    shape = ["batch", "tokens", config["hidden_size"]]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)
    nodes = [*graph.nodes, helper.make_node("Identity", [last], ["last_hidden_state"])]
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    made = helper.make_graph(nodes, "bert", inputs, [output], constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)


def write_encoder(folder: Path, to: Path) -> None:
    """The encoder of ``folder`` as ``to``, with its tokenizer beside it."""
    config = json.loads((folder / "config.json").read_text())
    model = bert_model(read_safetensors(folder / "model.safetensors"), config)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(model.SerializeToString())
    shutil.copyfile(folder / "tokenizer.json", to.with_name("tokenizer.json"))


if __name__ == "__main__":
    write_encoder(Path(sys.argv[1]), Path(sys.argv[2]))
