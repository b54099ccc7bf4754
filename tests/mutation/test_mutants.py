"""Which mistakes are tried, and which are not."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.mutation.mutants import Mutant, mutants_of


def mutants(folder: Path, code: str) -> list[Mutant]:
    (folder / "module.py").write_text(dedent(code))
    return mutants_of(folder, "module.py")


def changes(folder: Path, code: str) -> set[str]:
    """The new lines of all mutants; “(nothing)” for a line that is gone."""
    found = [mutant.change.splitlines() for mutant in mutants(folder, code)]
    return {" ".join(line[2:] for line in lines if line.startswith("+")) or "(nothing)" for lines in found}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("a <= b", {"a < b"}),
        ("a > b", {"a >= b"}),
        ("a >= b", {"a > b"}),
        ("a == b", {"a != b"}),
        ("a != b", {"a == b"}),
        ("a is b", {"a is not b"}),
        ("a is not b", {"a is b"}),
        ("a in b", {"a not in b"}),
        ("a not in b", {"a in b"}),
        ("(a) + b", {"(a) - b"}),
        ("a // b", {"a * b"}),
        ("a << b", {"a >> b"}),
        ("a / 'name'", set()),
        ("f(7)", {"f(8)", "pass"}),
        ("x = 0", {"x = 1"}),
        ("x = 1_000", {"x = 1200"}),
        ("x = 0.5", {"x = 0.6"}),
        ("x = 0.0", {"x = 0.1"}),
        ("x = 0o600", {"x = 0o777"}),
        ("x = True", {"x = False"}),
        ("x = not (a or b)", {"x = (a or b)", "x = not (a)", "x = not (b)"}),
        ("a and b and c", {"(b and c)", "(a and c)", "(a and b)"}),
        ("(a or b) and c", {"(a or b)", "c", "(a) and c", "(b) and c"}),
        ("x = a if b else c", {"x = a", "x = c"}),
        ("x = [a for a in b if c]", {"x = [a for a in b if True]"}),
        ("x = max(a)", {"x = min(a)"}),
        ("x = sorted(a, key=b)", {"x = list(a)"}),
        ("x = a.strip()", {"x = a"}),
        ("x = a[b:c]", {"x = a[:c]", "x = a[b:]"}),
        ("x = a(b, c=D)", {"x = a(b)"}),
        ("x = -a", {"x = a"}),
        ("NAME = 'word'", {'NAME = ""'}),
        ("NAME = 'some words'", set()),
        ("NAME = ['a', 'b']", {"NAME = ['a']", "NAME = ['b']"}),
        ("NAME = {**a, b: c}", {"NAME = {**a}", "NAME = {b: c}"}),
        ("@register(a)\ndef f(): ...", {"(nothing)"}),
        ("with lock: pass", {'with __import__("contextlib").nullcontext(): pass'}),
        ("with open(a) as b: pass", set()),
    ],
)  # fmt: skip
def test_a_mistake_for_each_operator(tmp_path: Path, code: str, expected: set[str]) -> None:
    assert changes(tmp_path, code) == expected


def test_a_guard_is_left_out_once(tmp_path: Path) -> None:
    assert changes(tmp_path, "def f():\n    if a:\n        raise b\n    return c") == {"if False:"}


def test_a_branch_that_goes_on_is_taken_always_and_never(tmp_path: Path) -> None:
    code = "def f():\n    if a:\n        b()\n        c.d = 1\n"
    assert changes(tmp_path, code) == {"if False:", "if True:", "pass", "c.d = 2"}
    assert len(mutants(tmp_path, code)) == 5


def test_an_exception_is_not_handled(tmp_path: Path) -> None:
    code = "try:\n    a\nexcept B:\n    c = d\n"
    assert changes(tmp_path, code) == {"raise"}
    assert changes(tmp_path, "try:\n    a\nexcept B:\n    raise\n") == {"pass"}


def test_what_a_function_may_return_it_always_returns(tmp_path: Path) -> None:
    assert changes(tmp_path, "def f() -> bool:\n    return a") == {"return True", "return False"}
    assert changes(tmp_path, "def f() -> int | None:\n    return a") == {"return None"}
    assert changes(tmp_path, "def f() -> int:\n    return a") == set()


def test_bounds_and_modes_in_sql_are_changed(tmp_path: Path) -> None:
    code = 'def f():\n    g = f"SELECT a FROM {b} WHERE c < ? AND d <= ? ORDER BY c DESC"\n'
    start, end = 'g = f"SELECT a FROM {b} WHERE c ', ' ORDER BY c DESC"'
    assert changes(tmp_path, code) == {
        f"{start}<= ? AND d <= ?{end}",
        f"{start}< ? AND d < ?{end}",
        f'{start}< ? AND d <= ? ORDER BY c"',
    }


@pytest.mark.parametrize(
    "code",
    [
        "def f(a: Literal[1], b: int | None) -> tuple[Literal[2], ...]: ...",
        "Work = Callable[[A | B, C], Literal[1]]",
        "if TYPE_CHECKING:\n    a = 1",
        "from a import b",
        '"""Text of 1."""',
        "class A(B[1]):\n    __slots__ = ('a', 'b', 'c')\n    name = 'word'",
        "@dataclass(frozen=True, slots=True)\nclass A: ...",
        "@property\ndef f(): ...",
        "x = zip(a, b, strict=True)",
        "x = _('word' if a else 'other')",
        "logger.warning('%s', a + b)",
        "x = f'{a + 1} of {b or c}'",
        "def f():\n    raise NotImplementedError",
        "@overload\ndef f(a=1): ...",
    ],
)
def test_no_mistake_is_tried_that_says_nothing_of_the_tests(tmp_path: Path, code: str) -> None:
    assert changes(tmp_path, code) == set()


def test_a_mutant_is_known_by_its_function_and_change_wherever_its_line_moves(tmp_path: Path) -> None:
    code = "class Store:\n    def add(self):\n        return a <  b\n"
    (before,), (after,) = mutants(tmp_path, code), mutants(tmp_path, "import c\n\n\n" + code)
    assert before.key == after.key
    assert before.key == ("module.py", "Store.add", "- return a <  b\n+ return a <=  b")
    assert (before.line, after.line) == (3, 6)


def test_a_mutant_is_the_whole_file_with_one_change(tmp_path: Path) -> None:
    code = "# “é” takes more bytes than letters\nx = '“é”', a == b  # é\nwhile c: d\n"
    assert [mutant.code.decode() for mutant in mutants(tmp_path, code)] == [
        code.replace("==", "!="),
        code.replace("while c", "while False"),
    ]


def test_the_lines_of_a_statement_are_its_own_or_its_head_s(tmp_path: Path) -> None:
    code = "def f():\n    if (a and\n        b):\n        c(\n            d\n        )\n        e()\n"
    assert {mutant.line: set(mutant.lines) for mutant in mutants(tmp_path, code)} == {
        2: {2, 3},
        4: {4, 5, 6},
        7: {7},
    }


def test_what_runs_at_import_is_known_by_its_name_and_reached_by_its_function(tmp_path: Path) -> None:
    code = "LIMIT = 1\n\n\nclass A:\n    b = 2\n\n    def c(self, d=3):\n        e\n        f\n"
    assert [(set(m.names), set(m.lines)) for m in mutants(tmp_path, code)] == [
        ({"LIMIT"}, set()),
        ({"b", "A"}, {4, 5, 6, 7, 8, 9}),
        ({"c"}, {8, 9}),
    ]
