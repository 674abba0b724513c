"""Fragments of HTML for notebooks, with the look of the report: all text is escaped, nothing is
fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import _passthru


def fragment(*parts: str) -> str:
    """The parts with the styles of the report."""
    style = f"<style>{_passthru.style_sheet()}</style>"
    return f'<div class="passthru">{style}{"".join(parts)}</div>'


def text(value: object) -> str:
    """A value as character data; nothing for None."""
    return "" if value is None else _passthru.html_text(str(value))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """An HTML table of these cells."""
    shown = [f"<caption>{text(caption)}</caption>"] if caption else []
    shown.append(_row("th", head))
    shown.extend(_row("td", row) for row in rows)
    return fragment(f"<table>{''.join(shown)}</table>")


def verdict(word: object) -> str:
    """A verdict in its color; the element that it is in has its class."""
    return f'<span class="verdict">{text(word)}</span>'


def code(value: object) -> str:
    """A command, a path or a code."""
    return f"<code>{text(value)}</code>"


def section(title: str, items: Iterable[str], kind: str = "ul") -> str:
    """A list of items of HTML below a heading; nothing without items."""
    shown = "".join(f"<li>{item}</li>" for item in items)
    steps = ' class="steps"' if kind == "ol" else ""
    return f"<h3>{text(title)}</h3><{kind}{steps}>{shown}</{kind}>" if shown else ""


def definitions(rows: Iterable[tuple[str, object]]) -> str:
    """Terms and their values, without those that are None."""
    shown = [
        f"<dt>{text(term)}</dt><dd>{text(value)}</dd>" for term, value in rows if value is not None
    ]
    return f"<dl>{''.join(shown)}</dl>"


def why(value: object) -> str:
    """A reason; nothing for None and an empty text."""
    return f'<p class="why">{text(value)}</p>' if value else ""


def diff(patch: str) -> str:
    """A unified diff from its first hunk on."""
    kinds = {"+": "added", "-": "removed", "@": "hunk"}
    lines = patch.split("\n")
    start = next((at for at, line in enumerate(lines) if line.startswith("@@")), len(lines))
    shown = [
        f'<span class="{kinds.get(line[:1], "")}">{text(line)}</span>'
        for line in lines[start:]
        if line
    ]
    newline = "\n"
    return f'<pre class="diff">{newline.join(shown)}</pre>'


def _row(tag: str, cells: Sequence[object]) -> str:
    inner = "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in cells)
    return f"<tr>{inner}</tr>"


def _cell(cell: object) -> str:
    # Indentation is kept: it draws a tree.
    return text(cell).replace("  ", "&nbsp;&nbsp;").replace("\n", "<br>")
