"""Whether a guest can have each card of a host, and the facts that an input lacks."""

from __future__ import annotations

from collections.abc import Sequence

from .findings import Evidence, Finding, Readiness, with_sentences
from .values import Document, Value


class Partner(Value):
    """Another function of a card's IOMMU group."""

    # Fields of the schema's Partner.
    address: str
    """Its address."""
    name: str
    """Its name."""
    # End of the fields.


class Candidate(Value):
    """A card that could be assigned."""

    # Fields of the schema's Candidate.
    kind: str
    """The kind of card. One of display, accelerator, network, nvme, storage, usb."""
    devices: tuple[str, ...]
    """The functions of the card."""
    name: str
    """The name of the first function."""
    readiness: Readiness
    """Whether a guest can have the card."""
    cause: str | None
    """The code of the finding that is the cause, or None."""
    proof: tuple[Evidence, ...]
    """The lines that prove ready."""
    not_shown: tuple[str, ...]
    """The missing ones of the facts that decide: iommu, group, driver, device."""
    group: int | None
    """The number of its IOMMU group, or None."""
    partners: tuple[Partner, ...]
    """The other functions of the group that are not bridges."""
    reset: tuple[str, ...] | None
    """The reset methods of the first function by their names in sysfs; None where they are
    not shown."""
    largest_bar: int | None
    """The largest BAR in bytes, or None."""
    virtual_functions: int
    """The number of virtual functions of SR-IOV it has; these are no candidates of their
    own."""
    findings: tuple[Finding, ...]
    """The findings about it."""

    _parts = {
        "readiness": Readiness,
        "proof": Evidence._of,
        "partners": Partner._of,
        "findings": Finding._of,
    }
    # End of the fields.


class CardCheck(Document):
    """Every card of a host that could be assigned."""

    SCHEMA = "passthru-check/1"

    # Fields of the schema's Check.
    host: tuple[Finding, ...]
    """The findings that stand in the way of any card."""
    candidates: tuple[Candidate, ...]
    """Every card that could be assigned."""

    _parts = {"host": Finding._of, "candidates": Candidate._of}
    # End of the fields.

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

    # Fields of the schema's Ask.
    shell: str
    """The shell that it is for. One of posix, esxi, windows."""
    topics: tuple[str, ...]
    """The facts that the input lacks, in a word or two each."""
    line: str
    """The line; empty where none is missing."""
    # End of the fields.
