"""Which project names are safe: the name becomes a folder, a file stem and the stem of C identifiers.

C keywords: C99 6.4.1, C11's additions and C++17's, since generated code compiles as both. Reserved file
names: Microsoft, "Naming Files, Paths, and Namespaces".
"""

import re

MAX_LENGTH = 40
_SHAPE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)

_KEYWORDS = """
alignas alignof and and_eq asm atomic auto bitand bitor bool break case catch char class compl
complex const constexpr const_cast continue decltype default delete do double dynamic_cast else enum
explicit export extern false float for friend generic goto if imaginary inline int long main mutable
namespace new noexcept noreturn not not_eq nullptr operator or or_eq private protected public
register reinterpret_cast restrict return short signed sizeof static static_assert static_cast
struct switch template this thread_local throw true try typedef typeid typename union unsigned using
virtual void volatile wchar_t while xor xor_eq
"""
C_KEYWORDS = frozenset(_KEYWORDS.split())
WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)
# Stems of our own files and of headers of C99, C11 and POSIX, which a model's header would shadow.
_HEADERS = """
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
alloca endian features malloc memory pthread sched strings unistd
"""
TAKEN = frozenset(["tkd", "build", *_HEADERS.split()])


def name_problem(name: str) -> str | None:
    """Why ``name`` cannot be a project's name, or None."""
    if "/" in name or "\\" in name or name in (".", ".."):
        return "is a path"
    if name.lower() in WINDOWS_DEVICES:
        return "is a device name on Windows"
    if name in C_KEYWORDS:
        return "is a C or C++ keyword"
    if name in TAKEN or name.startswith("tkd_"):
        return "is taken by tinykd's own C files or the C library"
    if len(name) > MAX_LENGTH:
        return f"has {len(name)} characters, {MAX_LENGTH} are allowed"
    if not _SHAPE.fullmatch(name):
        return "is not a lower-case C identifier"
    return None


def suggest_name(name: str) -> str:
    """The nearest usable name: ``suggest_name("My Net-2") == "my_net_2"``."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.rsplit("/")[-1].lower()).strip("_")[: MAX_LENGTH - 6]
    if stem and name_problem(stem) is None:
        return stem
    candidate = f"model_{stem}".rstrip("_")
    return candidate if name_problem(candidate) is None else "my_model"
