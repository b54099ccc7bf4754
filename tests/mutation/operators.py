"""The mistakes that are tried: a bound one off, a guard left out, a call forgotten, a condition turned round.

Each operator takes a file and a node of it, and yields changes. A change that can only raise at once, such as
a name that is never bound, would be noticed by any test at all and says nothing of the tests: it is left out.
"""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeGuard

from tests.mutation.source import Change, Source

Operator = Callable[[Source, ast.AST], Iterator[Change]]

COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
PASSING_ON = {
    "sorted": "list",
    "reversed": "list",
    "set": "list",
    "frozenset": "list",
    "abs": "",
    "round": "",
}
"""Functions, and what passes their one argument on without what they do."""
CLEANING = {"strip", "lstrip", "rstrip", "lower", "upper", "casefold", "copy", "resolve"}
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "PRAGMA ", "BEGIN ")
SQL_WORDS = {
    " <= ": " < ",
    " >= ": " > ",
    " < ": " <= ",
    " > ": " >= ",
    " DESC": "",
    " IMMEDIATE": "",
    " OR IGNORE": "",
    " OR REPLACE": "",
    "=FULL": "=NORMAL",
    " + ": " - ",
    " UNIQUE": "",
    " WITHOUT ROWID": "",
}
STRUCTURAL_DECORATORS = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "dataclass", "lru_cache",
    "overload", "property", "setter", "staticmethod",
}  # fmt: skip
LARGE = 100


def comparison(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for left, operator, right in zip(
            [node.left, *node.comparators], node.ops, node.comparators, strict=False
        ):
            yield from _between(source, left, right, *COMPARISONS[type(operator)])


def arithmetic(source: Source, node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.BinOp) or type(node.op) not in ARITHMETIC:
        return
    of_text = (isinstance(side, ast.JoinedStr) or _is_text(side) for side in (node.left, node.right))
    if not any(of_text):
        yield from _between(source, node.left, node.right, *ARITHMETIC[type(node.op)])


def number(source: Source, node: ast.AST) -> Iterator[Change]:
    """One more; a fifth more of what is large or a fraction; all the rights of a file's mode."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(node, ast.expr):
        return
    if source.text(node).startswith("0o"):
        yield source.replace(node, "0o777")
    elif isinstance(value, int):
        yield source.replace(node, repr(value + 1 if value < LARGE else value * 6 // 5))
    elif isinstance(value, float):
        yield source.replace(node, repr(round(value * 1.2, 12) or 0.1))


def truth(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield source.replace(node, repr(not node.value))


def negation(source: Source, node: ast.AST) -> Iterator[Change]:
    """`not x` and `-x` become `x`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield source.replace(node, source.operand(node.operand))


def condition_of_several(source: Source, node: ast.AST) -> Iterator[Change]:
    """`a and b` without `a`, and without `b`."""
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        for left_out in node.values:
            kept = [source.operand(value) for value in node.values if value is not left_out]
            yield source.replace(node, word.join(kept) if len(kept) == 1 else f"({word.join(kept)})")


def branch(source: Source, node: ast.AST) -> Iterator[Change]:
    """A guard is left out; another branch is always taken, and never."""
    if isinstance(node, ast.If):
        yield source.replace(node.test, "False")
        leaves = isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
        binds = any(isinstance(part, ast.NamedExpr) for part in ast.walk(node.test))
        if not binds and not (leaves and not node.orelse):
            yield source.replace(node.test, "True")
    elif isinstance(node, ast.While):
        yield source.replace(node.test, "False")
    elif isinstance(node, ast.IfExp):
        yield source.replace(node, source.operand(node.body))
        yield source.replace(node, source.operand(node.orelse))
    elif isinstance(node, ast.comprehension):
        yield from (source.replace(test, "True") for test in node.ifs)


def statement(source: Source, node: ast.AST) -> Iterator[Change]:
    """A call, a change of state, a raise or a way out is forgotten."""
    if not isinstance(node, ast.stmt):
        return
    calls = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    leaves = isinstance(node, ast.Raise | ast.Continue | ast.Break | ast.Delete)
    leaves |= isinstance(node, ast.Return) and node.value is None
    if (calls or leaves or _changes_state(source, node)) and not _is_alone_in_a_branch(source, node):
        yield source.replace(node, "pass")


def context(source: Source, node: ast.AST) -> Iterator[Change]:
    """A lock, a transaction or a suppression that binds no name is left out."""
    if isinstance(node, ast.withitem) and node.optional_vars is None:
        yield source.replace(node.context_expr, '__import__("contextlib").nullcontext()')


def handler(source: Source, node: ast.AST) -> Iterator[Change]:
    """An exception is handled by nobody."""
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        if not (len(node.body) == 1 and isinstance(last, ast.Raise) and last.exc is None):
            yield Change(source.start(node.body[0]), source.end(last), "raise")


def returned(source: Source, node: ast.AST) -> Iterator[Change]:
    """A function that may return nothing does; one that says yes or no says always the same."""
    if not isinstance(node, ast.Return) or node.value is None or isinstance(node.value, ast.Constant):
        return
    functions = source.functions(node)
    annotation = functions[0].returns if functions else None
    kind = ast.unparse(annotation) if annotation is not None else ""
    if kind == "bool":
        yield source.replace(node.value, "True")
        yield source.replace(node.value, "False")
    elif kind.endswith("| None"):
        yield source.replace(node.value, "None")


def decorator(source: Source, node: ast.AST) -> Iterator[Change]:
    for written in getattr(node, "decorator_list", []):
        name = written.func if isinstance(written, ast.Call) else written
        if ast.unparse(name).rpartition(".")[2] not in STRUCTURAL_DECORATORS:
            yield Change(source.code.rindex(b"@", 0, source.start(written)), source.end(written), "")


def element(source: Source, node: ast.AST) -> Iterator[Change]:
    """An entry of a list, a tuple, a set or a dictionary of a module or a class is left out."""
    if source.functions(node) or not isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
        return
    if isinstance(node, ast.Dict):
        first = [source.start(key) if key else source.start(value) - 2 for key, value in _pairs(node)]
        last = [source.end(value) for value in node.values]
    else:
        first, last = [source.start(item) for item in node.elts], [source.end(item) for item in node.elts]
    if len(first) == 1 and not isinstance(node, ast.Tuple | ast.Set):
        yield Change(first[0], last[0], "")
    elif len(first) > (2 if isinstance(node, ast.Tuple) else 1):
        yield from (Change(start, following, "") for start, following in pairwise(first))
        yield Change(last[-2], last[-1], "")


def option(source: Source, node: ast.AST) -> Iterator[Change]:
    """A call is made without the option that a constant names: `timeout=TIMEOUT_S`."""
    if not isinstance(node, ast.Call):
        return
    given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for left_out in node.keywords:
        value = left_out.value
        name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
        if left_out.arg and name.isupper():
            kept = [source.text(part) for part in given if part is not left_out]
            yield source.replace(node, f"{source.text(node.func)}({', '.join(kept)})")


def function(source: Source, node: ast.AST) -> Iterator[Change]:
    """The wrong one of two functions, or one that is left out."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        yield source.replace(node.func, FUNCTIONS[node.func.id])
    elif isinstance(node.func, ast.Name) and node.func.id in PASSING_ON and node.args:
        yield source.replace(node, f"{PASSING_ON[node.func.id]}({source.text(node.args[0])})")
    elif isinstance(node.func, ast.Attribute) and node.func.attr in CLEANING and not node.args:
        yield source.replace(node, source.text(node.func.value))


def bound_of_slice(source: Source, node: ast.AST) -> Iterator[Change]:
    """`rows[:limit]` becomes `rows[:]`. Numbers are changed as numbers."""
    if isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None and not isinstance(bound, ast.Constant):
                yield source.replace(bound, "")


def sql(source: Source, node: ast.AST) -> Iterator[Change]:
    """Bounds, orders and modes that are written in SQL."""
    if isinstance(node, ast.JoinedStr) or _is_text(node):
        text = source.text(node)
        if text.lstrip("f").lstrip("\"' \n").startswith(SQL):
            for word, other in SQL_WORDS.items():
                yield from _each(source, node, text, word, other)


def setting(source: Source, node: ast.AST) -> Iterator[Change]:
    """A word that a module's constant is, or that a dictionary of it has."""
    if not _is_text(node) or source.functions(node):
        return
    parent = source.parents[node]
    is_value = isinstance(parent, ast.Assign | ast.AnnAssign | ast.IfExp)
    is_value |= isinstance(parent, ast.Dict) and node in parent.values
    in_class = any(isinstance(around, ast.ClassDef) for around in source.ancestors(node))
    if is_value and not in_class and source.text(node).strip("\"'") and " " not in source.text(node):
        yield source.replace(node, '""')


OPERATORS: tuple[Operator, ...] = (
    comparison, arithmetic, number, truth, negation, condition_of_several, branch, statement, context,
    handler, returned, decorator, element, option, function, bound_of_slice, sql, setting,
)  # fmt: skip


def _between(source: Source, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Change]:
    """Another operator between two operands."""
    at = source.code.find(old.encode(), source.end(left), source.start(right))
    if at >= 0:
        yield Change(at, at + len(old), new)


def _each(source: Source, node: ast.expr, text: str, word: str, other: str) -> Iterator[Change]:
    at = text.find(word)
    while at >= 0:
        yield source.replace(node, text[:at] + other + text[at + len(word) :])
        at = text.find(word, at + 1)


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _pairs(node: ast.Dict) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    return zip(node.keys, node.values, strict=True)


def _changes_state(source: Source, node: ast.AST) -> bool:
    """Whether a statement changes an object, or a number that is there already."""
    if isinstance(node, ast.AugAssign):
        return True
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute | ast.Subscript):
        return False
    functions = source.functions(node)
    return bool(functions) and functions[0].name != "__init__"


def _is_alone_in_a_branch(source: Source, node: ast.AST) -> bool:
    """Whether to leave a statement out is to never take its branch."""
    parent = source.parents[node]
    return isinstance(parent, ast.If) and parent.body == [node] and not parent.orelse
