"""Whether a plan worked."""

from __future__ import annotations

from typing import Any, ClassVar

from . import html
from .findings import Evidence
from .values import Document, Value, Word
from .verdict import Verdict


class PlannedFileState(Word):
    """How a file stands to a plan."""

    # Words of the schema's PlannedFileState.

    AS_PLANNED = "as-planned"
    """As the plan leaves it."""
    AS_BEFORE = "as-before"
    """As it was before the plan."""
    CHANGED = "changed"
    """Neither."""
    NOT_SHOWN = "not-shown"
    """The input does not show it."""


class Because(Value):
    """A reason, with the lines that show it."""

    # Fields of the schema's VerificationReason.
    code: str | None
    """A finding's code, or None."""
    text: str
    """The reason in words."""
    evidence: tuple[Evidence, ...]
    """The lines that prove it."""

    _parts = {"evidence": Evidence._of}
    # End of the fields.


class Answer(Value):
    """One check, answered."""

    # Fields of the schema's CheckAnswer.
    verdict: Verdict
    """ok, blocker where it does not hold, or unknown."""
    devices: tuple[str, ...]
    """The functions that it is about."""
    said: str
    """The answer in one sentence."""
    evidence: tuple[Evidence, ...]
    """The lines that prove it."""
    because: tuple[Because, ...]
    """Why it does not hold."""
    look: tuple[str, ...] | None
    """A command that would show it, or None."""

    _parts = {"verdict": Verdict, "evidence": Evidence._of, "because": Because._of}
    # End of the fields.

    def __str__(self) -> str:
        return f"{self.verdict}: {self.said}"


class PlannedFile(Value):
    """A file of the plan, as it is."""

    # Fields of the schema's FileAnswer.
    path: str
    """Its path."""
    state: PlannedFileState
    """Its state."""

    _parts = {"state": PlannedFileState}
    # End of the fields.


class Verification(Document):
    """What became of a plan."""

    SCHEMA = "passthru-verification/1"

    # Fields of the schema's Verification.
    transaction: int | None
    """The number of the plan's transaction, or None."""
    devices: tuple[Answer, ...]
    """Of each function whether vfio-pci has it."""
    checks: tuple[Answer, ...]
    """The plan's other checks."""
    files: tuple[PlannedFile, ...]
    """The plan's files."""

    _parts = {"devices": Answer._of, "checks": Answer._of, "files": PlannedFile._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = ("verdict", "devices", "said", "because")

    @property
    def is_verified(self) -> bool:
        """Whether every function is shown to be on vfio-pci, and no check to fail: then
        ``passthru verify`` ends with 0."""
        bound = all(one.verdict is Verdict.OK for one in self.devices)
        return bound and all(one.verdict is not Verdict.BLOCKER for one in self.checks)

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each answer, as ``pandas.DataFrame`` and ``polars.DataFrame``
        take them."""
        rows: list[dict[str, Any]] = []
        for one in (*self.devices, *self.checks):
            because = "; ".join(reason.text for reason in one.because)
            row = (one.verdict.value, " ".join(one.devices), one.said, because or None)
            rows.append(dict(zip(self.COLUMNS, row)))
        return rows

    def __str__(self) -> str:
        return "verified" if self.is_verified else "not verified"

    def _repr_html_(self) -> str:
        rows = [tuple(row.values()) for row in self.records()]
        return html.table(self.COLUMNS, rows, caption=str(self))
