"""Which mistakes are tried, and which are not."""

from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of


def mutants(folder: Path, code: str) -> list[Mutant]:
    (folder / "module.py").write_text(code)
    return [mutant for mutant in mutants_of(folder, "module.py") if mutant.says_something]


def changes(folder: Path, code: str) -> set[str]:
    """The new lines of all mutants, without the spaces that cosmic-ray adds."""
    found = [mutant.change.splitlines() for mutant in mutants(folder, code)]
    lines = [" ".join(line[2:] for line in lines if line.startswith("+")) for lines in found]
    return {" ".join(line.split()).replace("[ ", "[").replace("{ ", "{").replace("( ", "(") for line in lines}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("a >= b", {"a > b"}),
        ("a == b", {"a != b"}),
        ("a is b", {"a is not b"}),
        ("a + b", {"a - b"}),
        ("a and b", {"a or b"}),
        ("x = not a", {"x = a"}),
        ("x = True", {"x = False"}),
        ("x = 1_000", {"x = 1001", "x = 999"}),
        ("x = 0.5", {"x = 0.6", "x = 0.4"}),
        ("x = 1e-3", {"x = 0.0012", "x = 0.0008"}),
        ("x = 0.0", {"x = 1.0", "x = -1.0"}),
        ("for a in b: break", {"for a in []: break", "for a in b: continue"}),
        ("try: a\nexcept B as c: d", {"except StopAsyncIteration as c: d"}),
        ("try: a\nexcept (b.B, C): d", {
            "except (StopAsyncIteration, C): d", "except (b.B, StopAsyncIteration): d"
        }),
        ("@register(a)\ndef f(): ...", {""}),
        ("a.b(c)\n", {"pass"}),
        ("del a[b]\n", {"pass"}),
        ("def f(): a.b = c\n", {"def f(): pass"}),
        ("def f(): a += c\n", {"def f(): pass"}),
        ("def f(): a = c\n", set()),
        ("def __init__(self): self.a = a\n", set()),
        ("if a:\n    raise b\nelif c:\n    d\n", {"if False:", "elif False:"}),
        ("A = [b, c]", {"A = [c]", "A = [b,]"}),
        ("A = [b]", {"A = []"}),
        ("A = (b, c)", set()),
        ("A = (b, c, d)", {"A = (c, d)", "A = (b, d)", "A = (b, c,)"}),
        ("A = {**b, c: d}", {"A = {c: d}", "A = {**b,}"}),
        ("A = [b for b in c]", set()),
        ("def f(): return [b, c]", set()),
        ('a = "BEGIN IMMEDIATE"', {'a = "BEGIN"'}),
        ('a = f"SELECT {b} WHERE c < 1 AND d < 1"', {
            'a = f"SELECT {b} WHERE c <= 1 AND d < 1"', 'a = f"SELECT {b} WHERE c < 1 AND d <= 1"',
        }),
        ('a = ("SELECT b " "FROM c ORDER BY d DESC")', {'a = ("SELECT b " "FROM c ORDER BY d")'}),
        ('a = "key > ?"', {'a = "key >= ?"'}),
        ('a = "one > two"', set()),
    ],
)  # fmt: skip
def test_a_mistake_for_each_operator(tmp_path: Path, code: str, expected: set[str]) -> None:
    assert changes(tmp_path, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "def f(a: Literal[1], b: int | None) -> tuple[Literal[2], ...]: ...",
        "a: Literal[1] = b",
        "if TYPE_CHECKING:\n    a = 1",
        "class A(B):\n    __slots__ = ('a', 'b', 'c')",
        "@dataclass(frozen=True, slots=True)\nclass A: ...",
        "@property\ndef f(): ...",
        "x = zip(a, b, strict=True)",
        "x = _('one' if not a else 'other')",
        "logger.warning('%s', a + b)\n",
        "x = f'{a + 1} of {b or c}'",
        "x = 'text' + a",
        "def f(a, *, b: int = c): ...",
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
    code = "# “é” takes more bytes than letters\nx = '“é”', a == b  # é\nwhile a is b: c\n"
    assert [mutant.code for mutant in mutants(tmp_path, code)] == [
        code.replace("==", "!="),
        code.replace("is", "is not"),
    ]


def test_the_lines_of_a_mutant_are_those_of_its_statement_or_of_the_part_of_its_head(tmp_path: Path) -> None:
    code = "def f():\n    if (a and\n        b):\n        c(\n            not d\n        )\n        e()\n"
    found = {(type(m.operator).__name__, m.line): set(m.lines) for m in mutants(tmp_path, code)}
    assert found == {
        ("ReplaceAndWithOr", 2): {2, 3},
        ("RemoveBranch", 2): {2, 3},
        ("ReplaceUnaryOperator_Delete_Not", 5): {4, 5, 6},
        ("RemoveStatement", 4): {4, 5, 6},
        ("RemoveStatement", 7): {7},
    }


def test_what_runs_at_import_is_known_by_its_name_and_a_default_is_reached_by_its_function(
    tmp_path: Path,
) -> None:
    code = "LIMIT = -a\n\n\nclass A:\n    b = -a\n    -a\n\n    def c(self, d=-a):\n        e\n        f\n"
    assert [(set(m.names), set(m.lines)) for m in mutants(tmp_path, code)] == [
        ({"LIMIT"}, set()),
        ({"A", "b"}, set()),
        ({"A"}, set()),
        (set(), {8, 9, 10, 11}),
    ]
