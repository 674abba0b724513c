"""Verification of plans."""

from __future__ import annotations

from typing import Any, ClassVar

from . import html
from .findings import Evidence
from .values import Document, Value, Word
from .verdict import Verdict


class PlannedFileState(Word):
    """The state of a file of a plan."""

    # Words of the schema's PlannedFileState.

    AS_PLANNED = "as-planned"
    """As planned."""
    AS_BEFORE = "as-before"
    """As before the plan."""
    CHANGED = "changed"
    """Neither."""
    NOT_SHOWN = "not-shown"
    """Not in the input."""


class VerificationCause(Value):
    """A cause of a failed check, with its evidence."""

    # Fields of the schema's VerificationCause.
    code: str | None
    """The code of a finding, or None."""
    title: str
    """One sentence."""
    evidence: tuple[Evidence, ...]
    """The lines that prove it."""

    _parts = {"evidence": Evidence._of}
    # End of the fields.


class CheckAnswer(Value):
    """The result of a check."""

    # Fields of the schema's CheckAnswer.
    verdict: Verdict
    """ok, blocker where the check fails, or unknown."""
    devices: tuple[str, ...]
    """The functions concerned."""
    title: str
    """The result in one sentence."""
    evidence: tuple[Evidence, ...]
    """The lines that prove it."""
    causes: tuple[VerificationCause, ...]
    """The causes of a failure."""
    inspect: tuple[str, ...] | None
    """A command that shows a missing fact, or None."""

    _parts = {"verdict": Verdict, "evidence": Evidence._of, "causes": VerificationCause._of}
    # End of the fields.

    def __str__(self) -> str:
        return f"{self.verdict}: {self.title}"


class FileAnswer(Value):
    """A file of the plan."""

    # Fields of the schema's FileAnswer.
    path: str
    """Its path."""
    state: PlannedFileState
    """Its state."""

    _parts = {"state": PlannedFileState}
    # End of the fields.


class Verification(Document):
    """The verification of a plan."""

    SCHEMA = "passthru-verification/1"

    # Fields of the schema's Verification.
    transaction: int | None
    """The number of the plan's transaction, or None."""
    devices: tuple[CheckAnswer, ...]
    """For each function, whether it is bound to vfio-pci."""
    checks: tuple[CheckAnswer, ...]
    """The results of the plan's other checks."""
    files: tuple[FileAnswer, ...]
    """The files of the plan."""

    _parts = {"devices": CheckAnswer._of, "checks": CheckAnswer._of, "files": FileAnswer._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = ("verdict", "devices", "title", "causes")

    @property
    def is_verified(self) -> bool:
        """Whether every function is bound to vfio-pci and no check fails: then ``passthru
        verify`` exits with 0."""
        bound = all(one.verdict is Verdict.OK for one in self.devices)
        return bound and all(one.verdict is not Verdict.BLOCKER for one in self.checks)

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each answer, for ``pandas.DataFrame`` and ``polars.DataFrame``."""
        rows: list[dict[str, Any]] = []
        for one in (*self.devices, *self.checks):
            causes = "; ".join(cause.title for cause in one.causes)
            row = (one.verdict.value, " ".join(one.devices), one.title, causes or None)
            rows.append(dict(zip(self.COLUMNS, row)))
        return rows

    def __str__(self) -> str:
        return "verified" if self.is_verified else "not verified"

    def _repr_html_(self) -> str:
        rows = [tuple(row.values()) for row in self.records()]
        return html.table(self.COLUMNS, rows, caption=str(self))
