"""All mutants of a file: which change, where, and as somebody reads it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path

from tests.mutation.exempt import is_exempt
from tests.mutation.operators import OPERATORS
from tests.mutation.source import Change, Source


@dataclass(frozen=True)
class Mutant:
    path: str
    """Relative to the repository."""
    line: int
    function: str
    """Its qualified name, or nothing at the level of the module."""
    change: str
    """Lines with their marks: `- old` and `+ new`."""
    code: bytes
    """The whole file."""
    lines: frozenset[int]
    """Lines that run it when a test runs any of them; none where it runs at import."""
    names: frozenset[str]
    """Names that it is known by elsewhere, where it runs at import."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays when lines are added above."""
        return self.path, self.function, self.change


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """The mutants of a file, in its order, each once."""
    source = Source((root / path).read_bytes())
    return list({mutant.code: mutant for mutant in _all(source, path)}.values())


def _all(source: Source, path: str) -> Iterator[Mutant]:
    for node in sorted(ast.walk(source.tree), key=lambda node: getattr(node, "lineno", 0)):
        if not is_exempt(source, node):
            for operator in OPERATORS:
                for change in operator(source, node):
                    code = source.changed(change)
                    if code != source.code and _is_python(code):
                        yield _mutant(source, path, node, change, code)


def _is_python(code: bytes) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _mutant(source: Source, path: str, node: ast.AST, change: Change, code: bytes) -> Mutant:
    lines, names = _reach(source, node)
    return Mutant(
        path=path,
        line=source.line(change.start),
        function=source.name(node),
        change=_readable(source, change),
        code=code,
        lines=frozenset(lines),
        names=frozenset(names),
    )


def _readable(source: Source, change: Change) -> str:
    start = source.code.rfind(b"\n", 0, change.start) + 1
    end = source.code.find(b"\n", change.end)
    old = source.code[start : end if end >= 0 else None].decode()
    new = (source.code[start : change.start].decode() + change.new) + old.encode()[
        change.end - start :
    ].decode()
    marked = ndiff(old.splitlines(), new.splitlines())
    return "\n".join(
        f"{line[0]} {line[2:].strip()}" for line in marked if line[0] in "-+" and line[2:].strip()
    )


def _reach(source: Source, node: ast.AST) -> tuple[set[int], set[str]]:
    """The lines of a node's statement inside a function; else the names that it gives a value to."""
    if source.functions(node):
        statement = _statement(source, node)
        body = getattr(statement, "body", None)
        last = body[0].lineno - 1 if body else statement.end_lineno
        if isinstance(node, ast.ExceptHandler):
            return set(range(node.body[0].lineno, node.body[-1].end_lineno + 1)), set()  # type: ignore[operator]
        return set(range(statement.lineno, max(last or 0, statement.lineno) + 1)), set()
    lines: set[int] = set()
    names: set[str] = set()
    for around in (node, *source.ancestors(node)):
        if isinstance(around, ast.FunctionDef):  # A default, or a decorator.
            return set(range(around.body[0].lineno, around.end_lineno + 1)), {around.name}  # type: ignore[operator]
        if isinstance(around, ast.Assign):
            names |= {part.id for t in around.targets for part in ast.walk(t) if isinstance(part, ast.Name)}
        elif isinstance(around, ast.AnnAssign) and isinstance(around.target, ast.Name):
            names.add(around.target.id)
        elif isinstance(around, ast.ClassDef):
            names.add(around.name)
            lines |= set(range(around.lineno, around.end_lineno + 1))  # type: ignore[operator]
    return lines, names


def _statement(source: Source, node: ast.AST) -> ast.stmt:
    return next(a for a in (node, *source.ancestors(node)) if isinstance(a, ast.stmt))
