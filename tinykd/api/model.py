"""``tinykd.Model``: a full-int8 flatbuffer that answers as TFLM does, compiles, and is proven on a board.

Nothing here needs TensorFlow.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.api.choices import IO, OPTIMIZE, RUNTIMES, choice
from tinykd.api.errors import InputError
from tinykd.api.progress import reporter
from tinykd.text import table_lines

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tinykd.api.board_fits import BoardFits
    from tinykd.api.compiled import Compiled
    from tinykd.api.frontend import Frontend
    from tinykd.api.inspected import Inspection
    from tinykd.api.proof import Proof
    from tinykd.api.stream import ModelStream
    from tinykd.compiler.program import Program
    from tinykd.graph.ir import Tensor
    from tinykd.tflm.program import TflmProgram


@dataclass(frozen=True, repr=False, eq=False)
class Model:
    """One flatbuffer, its name (the stem of its C names) and what its outputs are called.

    ``frontend``: what is done to measured samples before the model sees them, where it is known (a model that
    ``tinykd.distill`` made); else samples are real values of the model's input.
    """

    data: bytes
    name: str = "model"
    classes: tuple[str, ...] = ()
    frontend: "Frontend | None" = field(default=None)

    @cached_property
    def _ends(self) -> "tuple[tuple[Tensor, ...], tuple[Tensor, ...]]":
        from tinykd.graph.reader import read_graph

        graph = read_graph(self.data).main
        return graph.inputs, graph.outputs

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Of one sample, without the batch axis."""
        return tuple(self._ends[0][0].shape[1:])

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Of one answer, without the batch axis."""
        return tuple(self._ends[1][0].shape[1:])

    def predict(self, x: "ArrayLike") -> "NDArray[Any]":
        """What TFLM answers to ``x`` (n, *input_shape), (n, *output_shape).

        Samples in the model's own integers (int8, most often) are answered in its own type. Other samples are
        real values, as they were given to ``tinykd.distill`` or as the model's float original took them;
        answers are float32, real = scale * (q - zero_point) where the model's are integers: logits, targets
        in their own unit, or reconstructions.

        Raises ``tinykd.InputError`` (a ``ValueError``) for samples of another shape.
        """
        from tinykd.api.predict import is_own, reals_of, rows_of
        from tinykd.oracle import run_tflm

        given, answer = self._single("input"), self._single("output")
        rows = run_tflm(self.data, rows_of(x, given, self.frontend))
        outputs = rows.reshape(-1).view(answer.dtype.numpy).reshape(len(rows), *self.output_shape)
        return outputs if is_own(x, given) else reals_of(outputs, answer, self.frontend)

    def _single(self, which: str) -> "Tensor":
        tensors = self._ends[which == "output"]
        if len(tensors) != 1:
            raise InputError(self.name, f"has {len(tensors)} {which}s", "a model with one")
        return tensors[0]

    def compile(
        self,
        board: str | None = None,
        *,
        core: str | None = None,
        optimize: str = "balanced",
        runtime: str = "static",
        io: str = "integer",
        hop: int | None = None,
    ) -> "Compiled":
        """C99 for ``board`` (``tinykd boards``) or ``core``, or for any; ``.write(folder)`` puts it on disk.

        ``optimize``: "speed", "balanced", "size" or "ram"; ``runtime``: "static" (our C) or "tflm". ``io``:
        what the static C takes and gives where the model has float32, "integer" or "float". ``hop``: a step
        function that takes so many new rows (steps of time) of a window at a time, in place of whole windows.
        """
        from tinykd.api.compiled import Compiled

        return Compiled(self._program(board, optimize, runtime, core, io, hop), board)

    def stream(self, hop: int) -> "ModelStream":
        """The model hop by hop: ``.step(rows)`` answers for the window that ends with ``hop`` new rows.

        Raises ``tinykd.ModelError`` with the layer that forbids it and what to write instead.
        """
        from tinykd.api.stream import ModelStream

        self._static(None, "balanced", hop=hop)
        return ModelStream(self.data, self._single("input"), self._single("output"), hop)

    def prove(  # noqa: PLR0913 - a call in a notebook, by keywords
        self,
        board: str = "host",
        *,
        samples: int = 20,
        seed: int = 1,
        port: str | None = None,
        optimize: str = "balanced",
        runtime: str = "static",
        io: str = "integer",
        verbose: bool = True,
    ) -> "Proof":
        """Build firmware, put it on ``board``, compare each output byte with TFLM's, and count each layer.

        ``samples`` random inputs are drawn from ``seed``. ``port``: of the board, if not found by itself.
        ``io`` as in ``compile``; where the model has float32, floats are compared, bit by bit, either way.
        """
        from tinykd.api.proof import ProofOptions, prove_on
        from tinykd.boards import load_board

        options = ProofOptions(load_board(board), samples, seed, port)
        program = self._program(board, optimize, runtime, io=io)
        with reporter(verbose) as report:
            return prove_on(self.data, program, options, report)

    def inspect(
        self, board: str = "host", *, optimize: str = "balanced", hop: int | None = None
    ) -> "Inspection":
        """Operators, shapes, quantization, kernels chosen for ``board``, the memory plan; of a ``hop``."""
        from tinykd.api.inspected import Inspection

        return Inspection.of(self.data, self._static(board, optimize, hop=hop), self.name)

    def fits(self, boards: "tuple[str, ...] | None" = None) -> "BoardFits":
        """Which boards hold it, and what is left on each; all that are known unless ``boards`` names some."""
        from tinykd.api.board_fits import BoardFits
        from tinykd.boards import list_boards, load_board

        known = [load_board(name) for name in boards] if boards else list_boards()

        def compiled(core: str, room: int | None) -> "Program":
            return self._static(None, "balanced", core, room=room)

        return BoardFits.of(self.name, compiled, known)

    def save(self, path: str | Path) -> Path:
        """Write the ``.tflite``."""
        from tinykd.engine.failures import as_user_errors
        from tinykd.files import write_whole

        path = Path(path)
        with as_user_errors(path):
            write_whole(path, self.data)
        return path

    def _program(
        self,
        board: str | None,
        optimize: str,
        runtime: str,
        core: str | None = None,
        io: str = "integer",
        hop: int | None = None,
    ) -> "Program | TflmProgram":
        if choice("runtime", runtime, RUNTIMES) == "static":
            return self._static(board, optimize, core, io, hop)
        from tinykd.api.tflm_file import tflm_program

        return tflm_program(self.data, board, self.name, f"{self.name}.tflite", self.classes or None)

    def _static(
        self,
        board: str | None,
        optimize: str,
        core: str | None = None,
        io: str = "integer",
        hop: int | None = None,
        room: int | None = None,
    ) -> "Program":
        from tinykd.api.model_file import arena_room, compile_bytes, core_of, may_be_avr
        from tinykd.compiler.core import CompileOptions

        goal: Any = choice("optimize", optimize, OPTIMIZE)
        ends: Any = choice("io", io, IO)
        labels = self.classes or None
        source, chosen = f"{self.name}.tflite", core_of(board, core)
        avr = may_be_avr(board)
        ram = room or arena_room(board)
        options = CompileOptions(
            self.name, chosen, goal, labels, source, avr, ends, ram_bytes=ram, hop_rows=hop
        )
        return compile_bytes(self.data, options)

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (which, tensor.name, tensor.dtype.value, "x".join(map(str, tensor.shape)))
            for which, tensors in zip(("input", "output"), self._ends, strict=True)
            for tensor in tensors
        ]

    def __repr__(self) -> str:
        lines = table_lines(("", "tensor", "type", "shape"), self._rows())
        return "\n".join([f"tinykd.Model {self.name}, {len(self.data):,} bytes", *lines])

    def _repr_html_(self) -> str:
        from tinykd.display.html import table_html

        caption = f"{self.name}: {len(self.data):,} bytes"
        return table_html(("", "tensor", "type", "shape"), self._rows(), caption)


def load(path: str | Path, *, name: str | None = None, classes: "tuple[str, ...] | list[str]" = ()) -> Model:
    """The model in a ``.tflite``; ``name``: stem of its C names, else the file's.

    Raises ``tinykd.ModelError`` for a file that is no model, with what is wrong in it.
    """
    from tinykd.api.model_file import c_name, in_file, read_model
    from tinykd.errors import ModelError

    path = Path(path)
    model = Model(read_model(path), c_name(name, path), tuple(classes))
    try:
        model._ends  # noqa: B018 - read now, so that a damaged file is refused here
    except ModelError as error:
        raise in_file(path, error) from None
    return model
