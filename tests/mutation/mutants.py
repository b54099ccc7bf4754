"""All mutants of a file: each is a change that one of cosmic-ray's operators makes at one of its places."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from functools import cached_property
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from parso.python.tree import Class, ExprStmt, Function
from parso.tree import BaseNode, NodeOrLeaf

from tests.mutation.operators import OPERATORS

TEXTS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}
LOGS = {"logger", "logging", "log"}
STRUCTURAL = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "dataclass", "lru_cache",
    "overload", "property", "setter", "staticmethod",
}  # fmt: skip
OF_THE_LANGUAGE = {"__slots__", "__all__", "slots", "frozen", "kw_only", "maxsize", "strict"}
COMPOUND = {"if_stmt", "while_stmt", "for_stmt", "try_stmt", "with_stmt", "funcdef", "classdef"}
BLOCKS = {"suite", "file_input", "simple_stmt"}
# parso's Lambda is a Function, too, and has neither a name nor a body of statements.


@dataclass(frozen=True, eq=False)
class Mutant:
    path: str
    """Relative to the repository."""
    original: str
    operator: Operator
    occurrence: int
    """Which of the operator's places in the file."""
    line: int
    function: str
    """Its qualified name, or nothing at the level of the module."""
    lines: frozenset[int]
    """A test that runs any of them runs the mutant; none where only an import does."""
    names: frozenset[str]
    """Names that it is known by elsewhere, where only an import runs it."""

    @cached_property
    def code(self) -> str:
        """The whole file."""
        return str(mutate_code(self.original, self.operator, self.occurrence))

    @cached_property
    def change(self) -> str:
        """Lines with their marks: `- old` and `+ new`."""
        marked = ndiff(self.original.splitlines(), self.code.splitlines())
        return "\n".join(f"{line[0]} {line[2:].strip()}" for line in marked if line[0] in "-+")

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays when lines are added above."""
        return self.path, self.function, self.change

    @property
    def says_something(self) -> bool:
        """Any test at all would notice what is no Python."""
        try:
            return ast.dump(ast.parse(self.code)) != ast.dump(ast.parse(self.original))
        except SyntaxError:
            return False


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    code = (root / path).read_text()
    nodes = list(ast_nodes(get_ast(code)))
    for operator in OPERATORS:
        places = ((node, place) for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (node, ((line, _), _)) in enumerate(places):
            if not _is_exempt(node):
                lines, names = _reach(node)
                yield Mutant(path, code, operator, occurrence, line, _function(node), lines, names)


def _around(node: NodeOrLeaf) -> Iterator[tuple[NodeOrLeaf, NodeOrLeaf]]:
    """Each node around a node, with its child on the way there."""
    while node.parent:
        yield node.parent, node
        node = node.parent


def _function(node: NodeOrLeaf) -> str:
    definitions = (a for a, _ in _around(node) if type(a) is Function or type(a) is Class)
    names = (definition.name.value for definition in definitions)
    return ".".join(reversed(list(names)))


def _reach(node: NodeOrLeaf) -> tuple[frozenset[int], frozenset[str]]:
    """The lines of a node's statement inside a function; else the names that it gives a value to."""
    names: set[str] = set()
    for around, inside in ((node, None), *_around(node)):
        if type(around) is Function:
            body = around.children[-1]
            return (_lines(node) if inside is body else _span(body)), frozenset()
        if isinstance(around, ExprStmt):
            names |= {name.value for name in around.get_defined_names()}
        elif isinstance(around, BaseNode) and around.type == "decorated":
            return _span(around.children[-1]), frozenset()
        elif isinstance(around, Class):
            names.add(around.name.value)
    return frozenset(), frozenset(names)


def _lines(node: NodeOrLeaf) -> frozenset[int]:
    """The lines of the statement around a node, or of the part of its head that the node is in."""
    for around, inside in _around(node):
        if around.type in BLOCKS | COMPOUND:
            first = inside.start_pos[0]
            return frozenset([first]) if inside.type in COMPOUND else _span(inside)
    return frozenset()


def _span(node: NodeOrLeaf) -> frozenset[int]:
    return frozenset(range(node.start_pos[0], node.end_pos[0] + 1))


def _is_exempt(node: NodeOrLeaf) -> bool:
    """Whether a mistake there says nothing of the tests: mypy or a person reads it, or it saves memory."""
    return any(_exempts(around, inside) for around, inside in ((node, node), *_around(node)))


def _exempts(around: NodeOrLeaf, inside: NodeOrLeaf) -> bool:
    kind, children = around.type, getattr(around, "children", [])
    return (
        kind in ("tfpdef", "fstring_expr", "import_from")
        or (kind in ("parameters", "param") and getattr(inside, "type", "") == "operator")
        or (kind == "annassign" and inside is children[1])
        or (type(around) is Function and inside is around.annotation)
        or (kind == "decorator" and _names(children[1])[-1] in STRUCTURAL)
        or (kind in ("argument", "expr_stmt") and _names(children[0])[0] in OF_THE_LANGUAGE)
        or (kind == "if_stmt" and _names(children[1])[-1] == "TYPE_CHECKING")
        or (kind == "atom_expr" and (_names(around)[0] in LOGS or _names(around)[-1] in TEXTS))
        or (kind == "arith_expr" and inside.type == "operator" and any("string" in c.type for c in children))
    )


def _names(node: NodeOrLeaf) -> list[str]:
    """The names of `a.b` and of `a.b()`."""
    parts = [node] if node.type == "name" else getattr(node, "children", [])
    dotted = (p.type == "name" or (p.type == "trailer" and p.get_first_leaf().value == ".") for p in parts)
    return [part.get_last_leaf().value for part, is_name in zip(parts, dotted, strict=True) if is_name] or [
        ""
    ]
