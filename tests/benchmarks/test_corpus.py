"""The corpus job, on files made here: what each becomes, and that none of them ends the job."""

import mmap
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.corpus.__main__ import main
from benchmarks.corpus.files import File, code_version, find
from benchmarks.corpus.judge import Bench, is_float, judge
from benchmarks.corpus.outcome import RUNS, Kind, Outcome
from benchmarks.corpus.pool import Limits, judged
from benchmarks.corpus.results import Results
from benchmarks.corpus.table import exit_code, reason_kind, table
from tests.conformance.builder import Op, Tensor, build
from tests.oracle.dense import dense_model


def float_model() -> bytes:
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 4), "float32")
    return build([Op("RELU", [x], [y])])


def unknown_model() -> bytes:
    """int8, of an op that nobody has."""
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 4), scale=0.5)
    return build([Op("UNIQUE", [x], [y])])


def corpus_of(folder: Path) -> Path:
    files = {
        "a/deep/dense.tflite": dense_model(),
        "a/again.tflite": dense_model(),
        "b/f.tflite": float_model(),
    }
    for name, model in {**files, "b/u.tflite": unknown_model(), "torn.lite": dense_model()[:300]}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model)
    (folder / "a/readme.txt").write_text("no model")
    return folder


def test_what_becomes_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = corpus_of(tmp_path)
    assert [(f.folder, f.path.name) for f in find(corpus)] == [
        ("a", "again.tflite"),  # the first of two that are equal
        ("b", "f.tflite"),
        ("b", "u.tflite"),
        (".", "torn.lite"),
    ]
    assert main([str(corpus), "--processes", "2", "--samples", "3"]) == 0
    results = Results.load(corpus / "results.jsonl", code_version())
    found = {f.path.name: results.now[f.sha256] for f in find(corpus)}
    assert [found["again.tflite"].kind, found["again.tflite"].tflm] == [Kind.EXACT, RUNS]
    assert found["again.tflite"].compile_s > 0
    assert found["f.tflite"].is_float and found["f.tflite"].tflm == RUNS and not found["f.tflite"].is_behind
    assert found["u.tflite"].kind is Kind.REFUSED and found["u.tflite"].tflm != RUNS
    assert found["torn.lite"].kind is Kind.REFUSED and "damaged" in found["torn.lite"].reason
    said = capsys.readouterr().out
    assert "TFLM runs, tinykd does not: 0 quantized files" in said
    assert "all           4        1        -        -        -        2        1" in said

    apart = ["--results", str(tmp_path / "rv32im.jsonl")]
    assert main([str(corpus), "--only", "again", "--core", "rv32im", *apart]) == 0
    assert "all           1        1" in capsys.readouterr().out

    (corpus / "results.jsonl").open("a").write('{"sha256": "cut o')
    assert main([str(corpus), "--table"]) == 0 and capsys.readouterr().out == said


def test_only_what_has_no_result_of_this_version_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, asked = corpus_of(tmp_path), list[str]()

    def judge_nothing(files: list[File], *_: object) -> list[tuple[File, Outcome]]:
        asked.extend(f.path.name for f in files)
        exact = {f.path.name: f.path.name == "f.tflite" for f in files}
        return [(f, Outcome(Kind.EXACT if exact[f.path.name] else Kind.REFUSED, RUNS)) for f in files]

    monkeypatch.setattr("benchmarks.corpus.__main__.judged", judge_nothing)
    main([str(corpus), "--only", ".tflite"])
    assert sorted(asked) == ["again.tflite", "f.tflite", "u.tflite"]
    main([str(corpus)])
    assert asked[3:] == ["torn.lite"]
    main([str(corpus), "--unproven"])
    assert sorted(asked[4:]) == ["again.tflite", "torn.lite", "u.tflite"]
    monkeypatch.setattr("benchmarks.corpus.__main__.code_version", lambda: "other")
    main([str(corpus)])
    assert len(asked) == 7 + 4
    main([str(corpus), "--unproven"])
    assert sorted(asked[11:]) == ["again.tflite", "torn.lite", "u.tflite"]


def _hang(path: Path, bench: Bench) -> Outcome:
    if path.name == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name == "hang":
        time.sleep(60)
    if path.name == "memory":
        np.ones(1 << 40, np.int8)
    return Outcome(Kind.EXACT, RUNS)


def test_a_file_that_crashes_hangs_or_takes_all_memory_ends_itself_alone() -> None:
    files = [File(Path(name), ".", name) for name in ("hang", "crash", "memory", "right")]
    found = {f.sha256: o for f, o in judged(files, Bench(), Limits(seconds=8, processes=2), _hang)}
    assert {name: outcome.kind for name, outcome in found.items()} == {
        **dict.fromkeys(("hang", "crash", "memory"), Kind.FAILED),
        "right": Kind.EXACT,
    }
    assert found["hang"].reason == "does not end within 8 s"
    assert found["crash"].reason == "the process ended with code -9"
    assert found["memory"].reason == "needs more than 4096 MiB"


def test_what_the_process_holds_is_none_of_the_files(tmp_path: Path) -> None:
    """Other tests' libraries take address space, of which a file has its own."""
    (tmp_path / "dense.tflite").write_bytes(dense_model())
    limits = Limits(seconds=60, memory_bytes=2 << 30)
    with mmap.mmap(-1, 3 << 30):
        [(_, outcome)] = judged(find(tmp_path), Bench(samples=2, objects=tmp_path), limits)
    assert outcome.kind is Kind.EXACT


def test_what_tinykd_gets_wrong_is_said_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "dense.tflite"
    path.write_bytes(dense_model())
    bench = Bench(samples=2, objects=tmp_path)
    monkeypatch.setattr("benchmarks.corpus.host.outputs", lambda *_: bytes(20))
    wrong = judge(path, bench)
    assert (wrong.kind, wrong.reason) == (Kind.WRONG, "2 of 2 samples differ")
    monkeypatch.setattr("benchmarks.corpus.judge.compile_graph", lambda *_: 1 / 0)
    failed = judge(path, bench)
    assert failed.kind is Kind.FAILED and failed.reason.startswith("ZeroDivisionError: division by zero (")
    assert failed.tflm == RUNS
    refusals = [
        Outcome(Kind.REFUSED, RUNS, f"op {n} TILE: tensor {n} 'a b' is int16; expected one") for n in (8, 9)
    ]
    listed = [(File(Path(f"f{i}"), "x", str(i)), o) for i, o in enumerate([wrong, *refusals])]
    lines = list(table(listed))
    assert lines[:3] == [
        "TFLM runs, tinykd does not: 3 quantized files",
        "     2  refused: TILE: tensor is int16; expected one",
        "        f1",
    ]
    assert exit_code(listed) == 1 and exit_code(listed[1:]) == 0


def test_reasons_are_counted_without_their_names_and_numbers() -> None:
    first, second = (
        f"op {n} CONV_2D: layer net/c{n} stays in float: tensor {n} 'a/{n}' has shape [1, {n}]; scale {n}e-05"
        for n in (3, 14)
    )
    assert reason_kind(first) == reason_kind(second)
    assert reason_kind(first) == "CONV_2D: layer stays in float: tensor has shape […]; scale N"


def test_a_float_model_is_one_that_computes_on_no_integers() -> None:
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 4), "bool")
    assert is_float(build([Op("EQUAL", [x, x], [y])]))  # writes no float, but computes on it
    assert is_float(float_model()) and not is_float(dense_model()) and not is_float(b"nothing")
