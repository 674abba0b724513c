"""Small tables for notebooks: all text is escaped, nothing is fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """An HTML table of these cells."""
    shown = [f"<caption>{escape(caption)}</caption>"] if caption else []
    shown.append(_row("th", head))
    shown.extend(_row("td", row) for row in rows)
    return f"<table>{''.join(shown)}</table>"


def _row(tag: str, cells: Sequence[object]) -> str:
    inner = "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in cells)
    return f"<tr>{inner}</tr>"


def _cell(cell: object) -> str:
    text = "" if cell is None else str(cell)
    # What is indented stays so: it draws a tree.
    return escape(text).replace("  ", "&nbsp;&nbsp;").replace("\n", "<br>")
