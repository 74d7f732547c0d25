"""Stage ``quantize`` says where TFLM computes the student otherwise than LiteRT, and nothing elsewhere."""

import pytest

from tests.notes import Notes
from tinykd.oracle.agreement import Opinions, OracleAgreement
from tinykd.quantization import stage

WRONG = OracleAgreement("LiteRT (x 1)", 8, 8, 94, "op 1 PAD", "Do this")
RIGHT = OracleAgreement("LiteRT (x 1)", 8, 3, 9)


@pytest.mark.parametrize(("found", "notes"), [(WRONG, [str(WRONG)]), (RIGHT, [])])
def test_more_than_rounding_is_told(
    found: OracleAgreement,
    notes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage, "opinions", lambda _model, _progress: Opinions(found))
    progress = Notes()
    stage._ask_litert(b"", progress)
    assert progress.said == notes
