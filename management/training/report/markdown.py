"""Pieces of Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: bool = False) -> str:
    """A table in GitHub's form, or nothing where it has no rows. numbers: all but the first column are."""
    lines = [_row(cells) for cells in rows]
    if not lines:
        return ""
    rule = ["---", *["---:" if numbers else "---"] * (len(header) - 1)]
    return "\n".join([_row(header), f"|{'|'.join(rule)}|", *lines])


def _row(cells: Sequence[object]) -> str:
    """One line; what would end a cell, or the line, is written so that it does not."""
    texts = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(texts)} |"


def joined(parts: Iterable[str]) -> str:
    """A text of parts with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)


def percent(share: float | None) -> str:
    """A share for a table, a dash where there is none."""
    return "–" if share is None else f"{100 * share:.2f} %"
