"""Whether a guest can have each card of a host, and the facts that an input lacks."""

from __future__ import annotations

from collections.abc import Sequence

from .findings import Evidence, Finding, Readiness, with_sentences
from .values import Document, Value


class Partner(Value):
    """Another function of a card's IOMMU group."""

    address: str
    """Its address."""
    name: str
    """Its name."""


class Candidate(Value):
    """A card that could be assigned."""

    kind: str
    """``display``, ``accelerator``, ``network``, ``nvme``, ``storage`` or ``usb``."""
    devices: tuple[str, ...]
    """The functions that go to a guest together."""
    name: str
    """The name of the first."""
    readiness: Readiness
    """Whether a guest can have them."""
    cause: str | None
    """The code of the finding that is the cause, where there is one."""
    proof: tuple[Evidence, ...]
    """The lines that prove that the card is ready."""
    not_shown: tuple[str, ...]
    """Which of the facts that decide are not shown: ``iommu``, ``group``, ``driver``."""
    group: int | None
    """The number of its IOMMU group; None where it has none, or none is shown."""
    partners: tuple[Partner, ...]
    """The other functions of its group that are not bridges."""
    reset: tuple[str, ...] | None
    """The reset methods of its first function, by their names in sysfs; None where the
    input does not show them."""
    largest_bar: int | None
    """The size of its largest BAR in bytes; None where the input does not show it."""
    virtual_functions: int
    """How many virtual functions of SR-IOV it has."""
    findings: tuple[Finding, ...]
    """What is known of it, faults first."""

    _parts = {
        "readiness": Readiness,
        "proof": Evidence._of,
        "partners": Partner._of,
        "findings": Finding._of,
    }


class CardCheck(Document):
    """Every card of a host that could be assigned."""

    SCHEMA = "passthru-check/1"

    host: tuple[Finding, ...]
    """What is wrong with the host itself, whichever card is assigned."""
    candidates: tuple[Candidate, ...]
    """The cards: displays and accelerators first, then network, storage, USB."""

    _parts = {"host": Finding._of, "candidates": Candidate._of}

    @classmethod
    def _said(cls, said: tuple[str, Sequence[str | None]]) -> CardCheck:
        """The check of a document, with each remedy's sentence."""
        text, sentences = said
        check = cls._of_json(text)
        findings = list(check.host)
        for card in check.candidates:
            findings.extend(card.findings)
        with_sentences(findings, sentences)
        return check


class Ask(Document):
    """One line for a shell that gathers the facts that an input lacks."""

    SCHEMA = "passthru-ask/1"

    shell: str
    """The shell that the line is for."""
    topics: tuple[str, ...]
    """The facts that are missing, each in a word or two."""
    line: str
    """The line; empty where nothing is missing."""
