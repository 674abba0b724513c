"""Differences between two states of a host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import html
from .values import Document, Value
from .verdict import Verdict


class Difference(Value):
    """A difference between two states of a host."""

    # Fields of the schema's Difference.
    kind: str
    """A stable word: system, hypervisor, kernel, iommu, kernel-option, device-moved,
    driver, iommu-group and others."""
    verdict: Verdict
    """What it means for passthrough; ok for an improvement."""
    devices: tuple[str, ...]
    """The functions concerned, by their addresses before."""
    title: str
    """One sentence."""
    before: str | None
    """The state before; None for something new."""
    after: str | None
    """The state after; None for something removed."""

    _parts = {"verdict": Verdict}
    # End of the fields.

    def _order(self) -> tuple[Any, ...]:
        # Worst first.
        kind, verdict, *rest = super()._order()
        return (verdict, kind, *rest)

    def __str__(self) -> str:
        return f"{self.verdict}: {self.title}"


class Diff(Document):
    """The differences between two states of a host, worst first."""

    SCHEMA = "passthru-diff/1"

    # Fields of the schema's Diff.
    differences: tuple[Difference, ...]
    """Worst first."""

    _parts = {"differences": Difference._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "kind",
        "verdict",
        "devices",
        "title",
        "before",
        "after",
    )

    @property
    def has_problem(self) -> bool:
        """Whether a difference is a problem."""
        return any(one.verdict.is_problem for one in self.differences)

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each difference, for ``pandas.DataFrame`` and
        ``polars.DataFrame``."""
        return [
            {**one.to_dict(), "devices": " ".join(one.devices)} for one in self.differences
        ]

    def __len__(self) -> int:
        return len(self.differences)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def __str__(self) -> str:
        return f"{len(self.differences)} differences"

    def _repr_html_(self) -> str:
        rows = [tuple(row.values()) for row in self.records()]
        return html.table(self.COLUMNS, rows, caption=str(self))
