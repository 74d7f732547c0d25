"""IF and WHILE: what is written out, and what is refused. Conformance compares many with TFLM."""

import pytest

from tests.conformance.builder import Function, Op, Tensor, build, constant
from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.settle import settled

X, Y = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 4), scale=0.5)
COUNT = Tensor("count", (), "int32")


def refusal(model: bytes) -> str:
    with pytest.raises(ModelError) as error:
        settled(read_graph(model))
    return str(error.value)


def conditional(condition: Tensor, *subgraphs: Function) -> bytes:
    op = Op("IF", [condition, X], [Y], thenSubgraphIndex=1, elseSubgraphIndex=2)
    return build([op], [*([condition] if condition.data is None else []), X], [Y], subgraphs)


def same() -> Function:
    return Function([], [X], [X])


def loop(condition: Function, body: Function) -> bytes:
    op = Op("WHILE", [X], [Y], condSubgraphIndex=1, bodySubgraphIndex=2)
    return build([op], [X], [Y], [condition, body])


def test_a_loop_is_its_body_as_often_as_it_runs() -> None:
    kinds = [op.kind for op in settled(read_graph(CASES["WHILE"](Seeded(4)).model())).main.ops]
    assert set(kinds) == {"RESHAPE", "ADD"} and "WHILE" not in kinds


ONCE = (
    "expected a condition that is constant. Leave the condition out of the model: convert the branch that is "
    "meant, or unroll the loop"
)


def test_both_branches_of_a_condition_that_is_computed() -> None:
    model = conditional(Tensor("c", (), "bool"), same(), Function([Op("ABS", [X], [Y])], [X], [Y]))
    kinds = [op.kind for op in settled(read_graph(model)).main.ops]
    assert [kind for kind in kinds if kind != "RESHAPE"] == ["ABS", "SELECT_V2"]


def test_what_cannot_be_computed_for_a_branch_that_is_not_taken() -> None:
    state = Tensor("state", (1, 4), scale=0.5, is_variable=True)
    keeps = Function([Op("ADD", [X, state], [Y])], [X], [Y])
    assert refusal(conditional(Tensor("c", (), "bool"), keeps, same())) == (
        f"op 0 IF: its condition is computed at run time, and a branch keeps a state; {ONCE}"
    )
    found = refusal(conditional(Tensor("c", (2,), "bool"), same(), same()))
    assert found == "op 0 IF: its condition is bool [2]; expected one bool"
    count, wide = Tensor("c", (), "bool"), Tensor("wide", (4,), "int32")
    op = Op("IF", [count, wide], [Tensor("n", (4,), "int32")], thenSubgraphIndex=1, elseSubgraphIndex=2)
    branch = Function([], [wide], [wide])
    found = refusal(build([op], [count, wide], op.outputs, [branch, branch]))
    assert found == f"op 0 IF: its condition is computed at run time, and 'n' is int32; {ONCE}"


def test_a_loop_whose_condition_is_computed_is_refused() -> None:
    asked = Tensor("goes on", (1, 4), "bool")
    one = Tensor("one", (), "bool")
    ops = [Op("LESS", [X, X], [asked]), Op("REDUCE_ALL", [asked, constant("axes", [0, 1])], [one])]
    ask = Function(ops, [X], [one])
    assert refusal(loop(ask, same())) == f"op 0 WHILE: its condition is computed at run time; {ONCE}"


@pytest.mark.parametrize("ops", [[], [Op("ABS", [X], [Y])]])
def test_a_loop_without_an_end_is_refused(ops: list[Op]) -> None:
    asks = Function([], [X], [constant("true", True, "bool")])
    found = refusal(loop(asks, Function(ops, [X], [Y] if ops else [X])))
    assert found == "op 0 WHILE: its subgraphs give more than 2048 ops; expected fewer"


def test_a_branch_that_calls_itself_is_refused() -> None:
    true = constant("true", True, "bool")
    again = Op("IF", [true, X], [Y], thenSubgraphIndex=1, elseSubgraphIndex=2)
    found = refusal(conditional(true, Function([again], [X], [Y]), same()))
    assert found.endswith("its subgraphs give more than 2048 ops; expected fewer")


@pytest.mark.parametrize(
    ("subgraphs", "why"),
    [
        ([], "op 0 IF: subgraph 1; expected one of 1..0"),
        ([Function([], [X, COUNT], [X]), same()], "op 0 IF: subgraph 1 has 2 inputs; expected 1"),
        ([Function([], [X], []), same()], "op 0 IF: 0 results; expected 1"),
        (
            [Function([], [Tensor("z", (2, 2), scale=0.5)], [X]), same()],
            "op 0 IF: an operand of another shape than 'z'; expected the same shape",
        ),
    ],
)
def test_subgraphs_that_do_not_fit(subgraphs: list[Function], why: str) -> None:
    if len(subgraphs) > 1 and X not in (subgraphs[0].inputs or []):
        subgraphs[0].ops.append(Op("RESHAPE", [subgraphs[0].inputs[0]], [X], newShape=[1, 4]))
    assert refusal(conditional(constant("true", True, "bool"), *subgraphs)) == why
