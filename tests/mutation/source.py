"""A file of Python as text and as a tree, with the way from a node of the one to bytes of the other."""

import ast
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

Placed = ast.expr | ast.stmt | ast.keyword | ast.ExceptHandler
"""Nodes that know their place."""


class Change(NamedTuple):
    """Bytes of a file, and what stands there instead."""

    start: int
    end: int
    new: str


class Source:
    def __init__(self, code: bytes) -> None:
        self.code = code
        self.tree = ast.parse(code)
        self._line_starts = [0, *accumulate(len(line) for line in code.splitlines(keepends=True))]

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the nearest first."""
        while node := self.parents.get(node):  # type: ignore[assignment]
            yield node

    def functions(self, node: ast.AST) -> list[ast.FunctionDef]:
        """The functions whose body a node is in, the innermost first."""
        inside, found = node, []
        for around in self.ancestors(node):
            if isinstance(around, ast.FunctionDef) and inside in around.body:
                found.append(around)
            inside = around
        return found

    def name(self, node: ast.AST) -> str:
        """Where a node is: `Store.add`, or nothing at the level of the module."""
        around = (a.name for a in self.ancestors(node) if isinstance(a, ast.FunctionDef | ast.ClassDef))
        return ".".join(reversed(list(around)))

    def start(self, node: Placed) -> int:
        return self._line_starts[node.lineno - 1] + node.col_offset

    def end(self, node: Placed) -> int:
        return self._line_starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    def text(self, node: Placed) -> str:
        return self.code[self.start(node) : self.end(node)].decode()

    def operand(self, node: Placed) -> str:
        """A node's text that keeps its meaning among other operators, and on several lines."""
        text = self.text(node)
        atomic = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
        return text if atomic and "\n" not in text else f"({text})"

    def line(self, offset: int) -> int:
        return self.code.count(b"\n", 0, offset) + 1

    def replace(self, node: Placed, new: str) -> Change:
        return Change(self.start(node), self.end(node), new)

    def changed(self, change: Change) -> bytes:
        return self.code[: change.start] + change.new.encode() + self.code[change.end :]
