"""What the results say: first what TFLM runs and tinykd does not, then counts by folder, then times."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.corpus.files import File
from benchmarks.corpus.outcome import RUNS, Kind, Outcome

Judged = Sequence[tuple[File, Outcome]]
_COLUMNS = ("files", "exact", "wrong", "failed", "refused", "TFLM no", "float")
_WIDTH = 9
_VARYING = (
    (r"tensor \d+ '[^']*'", "tensor"),
    (r"\(layer [^)]*\)", ""),
    (r"layer \S+ (?=keeps|stays)", "layer "),
    (r"^(.*?)op \d+ ", r"\1"),
    (r"subgraph \d+, ", ""),
    (r"'[^']*'", "'…'"),
    (r"\[[-\d, ]*\]", "[…]"),
    (r"(?<![A-Za-z_\d])-?\d[\d.e*+-]*", "N"),
)


def reason_kind(reason: str) -> str:
    """``reason`` without names, indices and numbers, so that equal ones can be counted."""
    for pattern, general in _VARYING:
        reason = re.sub(pattern, general, reason)
    return re.sub(r"\s+", " ", reason).strip()


def table(judged: Judged) -> Iterator[str]:
    """Lines for people."""
    behind = [(file, outcome) for file, outcome in judged if outcome.is_behind]
    yield f"TFLM runs, tinykd does not: {len(behind)} quantized files"
    yield from _reasons(behind)
    yield ""
    yield from _by_folder(judged)
    yield ""
    yield from _others(judged)
    yield from _times(judged)


def _reasons(judged: Judged, most: int = 1000) -> Iterator[str]:
    """A line for each kind of reason, the most frequent first, each with one file."""
    kinds = defaultdict[str, list[File]](list)
    for file, outcome in judged:
        kinds[f"{outcome.kind.value}: {reason_kind(outcome.reason)}"].append(file)
    for kind, files in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))[:most]:
        yield f"{len(files):6}  {kind}"
        yield f"        {files[0].path}"


def _column(outcome: Outcome) -> str:
    if outcome.is_float:
        return "float"
    if outcome.tflm != RUNS:
        return "TFLM no"
    return outcome.kind.value


def _by_folder(judged: Judged) -> Iterator[str]:
    counts: Mapping[str, Counter[str]] = defaultdict(Counter)
    for file, outcome in judged:
        for row in (file.folder, "all"):
            counts[row].update(("files", _column(outcome)))
    width = max(map(len, (*counts, "folder")))
    yield f"{'folder':{width}}" + "".join(f"{name:>{_WIDTH}}" for name in _COLUMNS)
    for row in (*sorted(name for name in counts if name != "all"), "all"):
        yield f"{row:{width}}" + "".join(f"{counts[row][name] or '-':>{_WIDTH}}" for name in _COLUMNS)


def _others(judged: Judged) -> Iterator[str]:
    """What is no fault of tinykd's: files that TFLM does not run either, and float ones."""
    for title, column in (("TFLM does not run", "TFLM no"), ("float, counted apart", "float")):
        rest = [(file, outcome) for file, outcome in judged if _column(outcome) == column]
        if rest:
            ran = sum(outcome.tflm == RUNS for _, outcome in rest)
            yield f"{title}: {len(rest)} files, {ran} of which TFLM runs; what tinykd says of them:"
            yield from _reasons(rest)
            yield ""


def _times(judged: Judged) -> Iterator[str]:
    times = sorted(((o.compile_s, f.path) for f, o in judged if o.compile_s), key=lambda each: each[0])
    if times:
        median, (longest, path) = times[len(times) // 2][0], times[-1]
        late = sum(seconds > 2 for seconds, _ in times)
        yield (
            f"time to compile, {len(times)} files: median {median:.2f} s, most {longest:.2f} s ({path}), "
            f"{late} above 2 s"
        )


def exit_code(judged: Judged) -> int:
    """1 if something is wrong or failed, which is never right; refusals are counted, not failed."""
    return int(any(outcome.kind in (Kind.WRONG, Kind.FAILED) for _, outcome in judged))
