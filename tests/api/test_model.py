"""``tinykd.Model``: answers, C, boards, and what a caller does wrong."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinykd
from tests.compiler.test_float_ends import classifier
from tests.conformance.builder import Op, Tensor, build
from tests.oracle.dense import dense_model
from tinykd.oracle import run_tflm

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "dense.tflite"
    path.write_bytes(dense_model())
    return path


@pytest.fixture(scope="module")
def model(path: Path) -> tinykd.Model:
    return tinykd.load(path, classes=[f"class {i}" for i in range(10)])


def test_integers_are_answered_as_tflm_answers_them(model: tinykd.Model) -> None:
    x = RNG.integers(-128, 128, (5, *model.input_shape), dtype=np.int8)
    found = model.predict(x)
    assert found.dtype == np.int8 and found.shape == (5, *model.output_shape)
    assert np.array_equal(found.reshape(5, -1), run_tflm(model.data, x).reshape(5, -1))


def test_reals_are_quantized_and_answers_are_reals(model: tinykd.Model) -> None:
    (given,), (answer,) = model._ends
    q = RNG.integers(-128, 128, (5, *model.input_shape), dtype=np.int8)
    reals = given.scale * (q.astype(np.float64) - given.zero_point)
    found = model.predict(reals)
    wanted = np.float32(answer.scale) * (model.predict(q).astype(np.float32) - answer.zero_point)
    assert found.dtype == np.float32 and np.array_equal(found, wanted)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (np.zeros((2, 3)), r"x: shape \[2, 3\]; expected \(n, \d+\)"),
        (np.zeros(0), r"x: shape \[0\]; expected .*"),
        (np.array(["a"]), r"x: type <U1; expected numbers: an array of floats, or of int8"),
        (np.array([1j]), r"x: type complex128; expected numbers: .*"),
    ],
)
def test_samples_that_cannot_be_taken(model: tinykd.Model, x: object, text: str) -> None:
    with pytest.raises(tinykd.InputError) as caught:
        model.predict(x)  # type: ignore[arg-type]
    assert re.fullmatch(text, str(caught.value))
    assert isinstance(caught.value, ValueError)


def test_a_sample_without_its_batch_axis_is_told_how_to_get_one(model: tinykd.Model) -> None:
    with pytest.raises(ValueError, match=r"Add the batch axis: x\[None\]"):
        model.predict(np.zeros(model.input_shape))


def test_nan_is_refused(model: tinykd.Model) -> None:
    with pytest.raises(ValueError, match=r"^x: holds NaN; expected finite numbers$"):
        model.predict(np.full((1, *model.input_shape), np.nan))


def test_a_word_that_is_not_known_has_the_nearest(model: tinykd.Model) -> None:
    with pytest.raises(ValueError, match=r'^optimize="sped": no such choice; expected "speed"$'):
        model.compile(optimize="sped")
    with pytest.raises(tinykd.ConfigError, match=r"^board nucleo: no such board; expected "):
        model.compile(board="nucleo")


def test_a_file_that_is_no_model_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(b"\x1c\0\0\0TFL3" + bytes(40))
    with pytest.raises(tinykd.ModelError) as caught:
        tinykd.load(tmp_path / "m.tflite")
    assert str(caught.value).startswith(f"{tmp_path / 'm.tflite'}: ")


def test_a_library_is_written_and_builds(model: tinykd.Model, tmp_path: Path) -> None:
    made = model.compile()
    folder = made.write(tmp_path / "lib")
    assert set(made.files()) == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    subprocess.run(["make", "-s", "-C", folder, "example"], check=True, capture_output=True)
    assert f"dense for any core: arena {made.arena_bytes:,} B" in repr(made)


def test_what_is_compiled_for_a_core_says_so(model: tinykd.Model) -> None:
    """Without a board, "for any core" was said of code for one core."""
    assert repr(model.compile(core="cortex-m4")).startswith("tinykd.Compiled dense for cortex-m4: ")
    assert repr(model.compile(board="qemu-microbit")).startswith("tinykd.Compiled dense for qemu-microbit: ")


def test_what_was_not_made_by_tinykd_is_not_overwritten(model: tinykd.Model, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("mine")
    with pytest.raises(tinykd.ConfigError, match="was not made by tinykd"):
        model.compile().write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["Makefile"]


@pytest.mark.slow
def test_a_proof_shows_itself(model: tinykd.Model) -> None:
    proof = model.prove("qemu-mps2-an386", samples=4, verbose=False)
    assert proof.exact and proof.unit == "instructions" and proof.ticks > 0
    assert proof.ram_bytes >= proof.arena_bytes > 0
    assert "qemu-mps2-an386: 4/4 exact" in repr(proof)
    assert "qemu-mps2-an386: 4/4 exact" in proof._repr_html_() and "<table>" in proof._repr_html_()
    assert proof.to_json()["verification"]["exact"] == 4


def test_boards_that_hold_it(model: tinykd.Model) -> None:
    fits = model.fits(("uno", "nucleo_f446re"))
    assert len(fits) == 2 and "nucleo_f446re" in fits.boards
    assert "nucleo_f446re" in fits._repr_html_()


def test_an_inspection_shows_layers_and_plan(model: tinykd.Model, tmp_path: Path) -> None:
    found = model.inspect()
    assert "FULLY_CONNECTED" in repr(found) and "<td" in found._repr_html_()
    assert found.plan(tmp_path / "plan.svg").read_text().startswith(("<svg", "<?xml"))


def test_hostile_names_are_escaped(path: Path) -> None:
    model = tinykd.Model(path.read_bytes(), "<script>")
    assert "<script>" not in model._repr_html_()


def test_importing_costs_nothing() -> None:
    heavy = {"numpy", "tensorflow", "pydantic", "typer"}
    code = f"import sys, tinykd; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_public_names_are_there() -> None:
    for name in tinykd.__all__:
        assert getattr(tinykd, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = tinykd.nothing


def test_a_model_with_float_ends_is_answered_in_floats() -> None:
    model = tinykd.Model(classifier())
    x = RNG.normal(0, 4, (5, *model.input_shape)).astype(np.float32)
    found = model.predict(x)
    assert found.dtype == np.float32 and found.shape == (5, 5)
    assert found.tobytes() == run_tflm(model.data, x.reshape(5, -1).view(np.int8)).tobytes()
    assert np.allclose(found.sum(axis=1), 1)  # the softmax is TFLM's own, on the host


def test_a_model_of_uint8_takes_its_integers_or_reals() -> None:
    x, y = Tensor("x", (1, 8), "uint8", 0.5, 128), Tensor("y", (1, 8), scale=0.5)
    model = tinykd.Model(build([Op("QUANTIZE", [x], [y])]))
    assert model.predict(np.full((1, 8), 130, np.uint8)).tolist() == [[2] * 8]
    assert model.predict(np.full((1, 8), 1.0)).tolist() == [[1.0] * 8]


def test_c_for_integers_or_floats() -> None:
    model = tinykd.Model(classifier())
    for io, pointer in (("integer", "int8_t"), ("float", "float")):
        header = model.compile(io=io).files()["include/model.h"]
        assert f"static inline {pointer} *model_input(void *arena)" in header
    with pytest.raises(ValueError, match=r'^io="int": no such choice; expected "integer"$'):
        model.compile(io="int")
