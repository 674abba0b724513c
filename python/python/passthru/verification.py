"""Whether a plan worked."""

from __future__ import annotations

from typing import Any, ClassVar

from . import html
from .findings import Evidence
from .values import Document, Value, Word
from .verdict import Verdict


class PlannedFileState(Word):
    """How a file stands to a plan."""

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

    code: str | None
    """The finding's code, where it is one of the doctor's."""
    text: str
    """What is so."""
    evidence: tuple[Evidence, ...]
    """The lines that show it."""

    _parts = {"evidence": Evidence._of}


class Answer(Value):
    """One check, answered."""

    verdict: Verdict
    """``OK``, ``BLOCKER`` where it does not hold, or ``UNKNOWN``."""
    devices: tuple[str, ...]
    """The functions that it is about."""
    said: str
    """What is so, in one sentence."""
    evidence: tuple[Evidence, ...]
    """The lines that show it."""
    because: tuple[Because, ...]
    """Where it does not hold: why, as far as the input shows it."""
    look: tuple[str, ...] | None
    """Where the input does not show it: the command that would."""

    _parts = {"verdict": Verdict, "evidence": Evidence._of, "because": Because._of}

    def __str__(self) -> str:
        return f"{self.verdict}: {self.said}"


class PlannedFile(Value):
    """A file of the plan, as it is."""

    path: str
    """Its path on the host."""
    state: PlannedFileState
    """How it stands to the plan."""

    _parts = {"state": PlannedFileState}


class Verification(Document):
    """What became of a plan."""

    SCHEMA = "passthru-verification/1"

    transaction: int | None
    """The number of the plan's transaction, where it has one."""
    devices: tuple[Answer, ...]
    """Of each function of the plan whether vfio-pci has it."""
    checks: tuple[Answer, ...]
    """The other checks."""
    files: tuple[PlannedFile, ...]
    """The files that the plan changes, as they are."""

    _parts = {"devices": Answer._of, "checks": Answer._of, "files": PlannedFile._of}
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
