"""Where a mistake would say nothing of the tests, and is therefore not tried. Each rule has its reason."""

import ast

from tests.mutation.source import Source

TEXTS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}
LOGS = {"logger", "logging", "log"}
TYPING = {
    "Annotated", "Callable", "Iterable", "Iterator", "Literal", "Mapping", "NewType", "Sequence", "TypeVar",
    "cast", "dict", "frozenset", "list", "set", "tuple", "type",
}  # fmt: skip


def is_exempt(source: Source, node: ast.AST) -> bool:
    inside = node
    for around in (node, *source.ancestors(node)):
        if _is_typing(around, inside) or _is_for_people(around) or _is_of_the_language(around):
            return True
        inside = around
    return False


def _is_typing(around: ast.AST, inside: ast.AST) -> bool:
    """mypy reads it, and nothing that runs."""
    if isinstance(around, ast.AnnAssign | ast.arg):
        return inside is around.annotation
    if isinstance(around, ast.FunctionDef):
        return inside is around.returns or any(_name(d) == "overload" for d in around.decorator_list)
    if isinstance(around, ast.If):
        return _name(around.test) == "TYPE_CHECKING"
    if isinstance(around, ast.Subscript):
        return inside is around.slice and _name(around.value) in TYPING
    if isinstance(around, ast.ClassDef):
        return inside in around.bases
    return isinstance(around, ast.Call) and _name(around.func) in TYPING - {"dict", "list", "set", "tuple"}


def _is_for_people(around: ast.AST) -> bool:
    """A test would say texts a second time. Besides, Python 3.11 knows no places inside of an f-string."""
    if isinstance(around, ast.FormattedValue):
        return True
    if isinstance(around, ast.Expr):
        around = around.value
    if isinstance(around, ast.Call):
        root = around.func
        while isinstance(root, ast.Attribute):
            root = root.value
        return _name(around.func) in TEXTS or _name(root) in LOGS
    return False


def _is_of_the_language(around: ast.AST) -> bool:
    """It saves memory, names what is public, marks what is abstract, or stops what no input brings about."""
    if isinstance(around, ast.Assign):
        return _name(around.targets[0]) in {"__slots__", "__all__", "__version__"}
    if isinstance(around, ast.keyword):
        return around.arg in {"slots", "frozen", "kw_only", "maxsize", "strict"}
    if isinstance(around, ast.Raise):
        return around.exc is not None and _name(around.exc) == "NotImplementedError"
    return False


def _name(node: ast.AST) -> str:
    """The last name of `a`, `b.a`, `a()` and `b.a()`."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
