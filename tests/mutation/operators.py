"""The mistakes that are tried: some of cosmic-ray's, and a few that it does not know.

cosmic-ray asks an operator, at each node of parso's tree, how often it can change the node, and has it do so.
"""

from abc import abstractmethod
from ast import literal_eval
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from cosmic_ray.operators.number_replacer import NumberReplacer
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Name, Number
from parso.tree import NodeOrLeaf, search_ancestor

COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Is_IsNot", "IsNot_Is")
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul")
FROM_COSMIC_RAY = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in COMPARISONS),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ARITHMETIC),
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "RemoveDecorator", "ZeroIterationForLoop",
)  # fmt: skip
NOT_CAUGHT = "StopAsyncIteration"
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "PRAGMA ", "BEGIN ")
SQL_WORDS = {
    " <= ": " < ", " >= ": " > ", " < ": " <= ", " > ": " >= ", "FULL": "NORMAL", "MIN(": "MAX(",
    " DESC": "", " DISTINCT": "", " IMMEDIATE": "", " OR IGNORE": "", " OR REPLACE": "", " UNIQUE": "",
}  # fmt: skip


class NumberOrFraction(NumberReplacer):  # type: ignore[misc]
    """One more and one less of a whole number; a fifth of a fraction, to which one is a great deal."""

    def mutate(self, node: Number, index: int) -> Number:
        value = literal_eval(node.value)
        if value and isinstance(value, float):
            return Number(f" {round(value * (1.2, 0.8)[index], 12)}", node.start_pos)
        return super().mutate(node, index)  # type: ignore[no-any-return]


class TextOperator(Operator):  # type: ignore[misc]
    """An operator that knows what a node may say instead."""

    @abstractmethod
    def texts(self, node: NodeOrLeaf) -> list[str]: ...

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[tuple[Any, Any]]:
        return ((node.start_pos, node.end_pos) for _ in self.texts(node))

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        return Name(self.texts(node)[index], node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return ()  # They are in test_mutants.py.


class ReplaceException(TextOperator):
    """An exception goes by uncaught. cosmic-ray's own operator breaks on a name with a dot."""

    def texts(self, node: NodeOrLeaf) -> list[str]:
        inside = search_ancestor(node, "except_clause")
        if inside is None:
            return []
        caught = inside.children[1]
        if caught.type == "atom" and caught.children[1].type == "testlist_comp":
            return [NOT_CAUGHT] if node in caught.children[1].children[::2] else []
        return [NOT_CAUGHT] if node is caught else []


class RemoveStatement(TextOperator):
    """A call, or a change of an object's state, is forgotten."""

    def texts(self, node: NodeOrLeaf) -> list[str]:
        if not node.parent or node.parent.type != "simple_stmt":
            return []
        return ["pass"] if node.type == "del_stmt" or _is_call(node) or _changes_state(node) else []


class RemoveBranch(TextOperator):
    """A guard is left out, or another branch is never taken."""

    def texts(self, node: NodeOrLeaf) -> list[str]:
        if not node.parent or node.parent.type != "if_stmt":
            return []
        before = node.get_previous_sibling()
        return ["False"] if getattr(before, "value", "") in ("if", "elif") else []


class RemoveEntry(TextOperator):
    """An entry of a list, a tuple, a set or a dictionary is left out, at the level of a module or a class."""

    def texts(self, node: NodeOrLeaf) -> list[str]:
        children = getattr(node, "children", [])
        if node.type != "atom" or len(children) != 3 or search_ancestor(node, "funcdef", "lambdef"):
            return []
        opening, inside, closing = (child.get_code(include_prefix=False) for child in children)
        is_several = children[1].type in ("testlist_comp", "dictorsetmaker")
        parts = children[1].children if is_several else [children[1]]
        commas = [-1, *(i for i, part in enumerate(parts) if part.get_code().strip() == ","), len(parts)]
        spans = [(a + 1, b + 1) for a, b in pairwise(commas) if a + 1 < len(parts)]
        of_loop = any(part.type in ("comp_for", "sync_comp_for") for part in parts)
        if of_loop or not inside or len(spans) <= (2 if opening == "(" else 0):
            return []
        return [opening + "".join(p.get_code() for p in (*parts[:a], *parts[b:])) + closing for a, b in spans]


class ReplaceSqlWord(TextOperator):
    """A bound, an order or a mode that is written in SQL."""

    def texts(self, node: NodeOrLeaf) -> list[str]:
        if node.type not in ("string", "fstring_string"):
            return []
        whole = node
        while whole.parent and whole.parent.type in ("fstring", "strings"):
            whole = whole.parent
        words = whole.get_code().strip().lstrip("f").lstrip("\"' \n")
        if not words.startswith(SQL) and " ?" not in words:
            return []
        text = node.get_code(include_prefix=False)
        return [
            text[:at] + other + text[at + len(word) :]
            for word, other in SQL_WORDS.items()
            for at in range(len(text))
            if text.startswith(word, at)
        ]


OWN = (NumberOrFraction, RemoveStatement, ReplaceException, RemoveBranch, RemoveEntry, ReplaceSqlWord)
OPERATORS: Sequence[Operator] = [
    *(get_operator(f"core/{name}")() for name in FROM_COSMIC_RAY),
    *(operator() for operator in OWN),
]


def _is_call(node: NodeOrLeaf) -> bool:
    return node.type == "atom_expr" and node.get_last_leaf().value == ")"


def _changes_state(node: NodeOrLeaf) -> bool:
    """Whether a statement in a function changes a number, or an object that is there already."""
    function = search_ancestor(node, "funcdef")
    if node.type != "expr_stmt" or function is None or function.name.value == "__init__":  # type: ignore[attr-defined]
        return False
    target, operator = node.children[:2]  # type: ignore[attr-defined]
    return bool(operator.type == "operator") and (operator.value != "=" or target.type == "atom_expr")
