"""Whether each card of a host can be assigned, and the facts that are not in the input."""

from __future__ import annotations

from collections.abc import Sequence

from . import html
from .findings import Evidence, Finding, Readiness, with_sentences
from .values import Document, Value


class OtherMember(Value):
    """Another function of a card's IOMMU group."""

    # Fields of the schema's OtherMember.
    address: str
    """Its address."""
    name: str
    """Its name."""
    # End of the fields.


class Candidate(Value):
    """A card that could be assigned."""

    # Fields of the schema's Candidate.
    kind: str
    """The kind of card. One of display, accelerator, network, nvme, storage, usb, other."""
    devices: tuple[str, ...]
    """The functions of the card."""
    name: str
    """The name of the first function."""
    readiness: Readiness
    """Whether the card can be assigned."""
    cause: str | None
    """The code of the causing finding, or None."""
    evidence: tuple[Evidence, ...]
    """The lines that prove ready."""
    not_shown: tuple[str, ...]
    """Deciding facts that are not in the input: iommu, group, driver, device, failure."""
    iommu_group: int | None
    """The number of its IOMMU group, or None."""
    other_members: tuple[OtherMember, ...]
    """The other functions of the group, without bridges."""
    reset_methods: tuple[str, ...] | None
    """The reset methods of the first function, named as in sysfs; None where not in the
    input."""
    largest_bar: int | None
    """The largest BAR in bytes, or None."""
    has_option_rom: bool | None
    """Whether the first function has an expansion ROM BAR; None where not in the input."""
    virtual_function_count: int
    """The number of its SR-IOV virtual functions."""
    alike: tuple[str, ...]
    """Other virtual functions that the answer also covers: of the same physical function,
    ID and driver."""
    findings: tuple[Finding, ...]
    """The findings about it."""

    _parts = {
        "readiness": Readiness,
        "evidence": Evidence._of,
        "other_members": OtherMember._of,
        "findings": Finding._of,
    }
    # End of the fields.


class CardCheck(Document):
    """Every card of a host that could be assigned."""

    SCHEMA = "passthru-check/1"

    # Fields of the schema's CardCheck.
    host_findings: tuple[Finding, ...]
    """The findings that block every card."""
    candidates: tuple[Candidate, ...]
    """Every card that could be assigned."""

    _parts = {"host_findings": Finding._of, "candidates": Candidate._of}
    # End of the fields.

    @classmethod
    def _said(cls, said: tuple[str, Sequence[str | None]]) -> CardCheck:
        """The check of a document, with each remedy's sentence."""
        text, sentences = said
        check = cls._of_json(text)
        findings = list(check.host_findings)
        for card in check.candidates:
            findings.extend(card.findings)
        with_sentences(findings, sentences)
        return check

    def _repr_html_(self) -> str:
        head = ("address", "kind", "name", "group", "readiness", "cause")
        rows = [
            (
                ", ".join(card.devices),
                card.kind,
                card.name,
                card.iommu_group,
                card.readiness,
                card.cause,
            )
            for card in self.candidates
        ]
        count = len(rows)
        return html.table(head, rows, f"{count} card{'' if count == 1 else 's'}")


class Ask(Document):
    """One line for a shell that gathers the facts that an input lacks."""

    SCHEMA = "passthru-ask/1"

    # Fields of the schema's Ask.
    shell: str
    """The shell of the command. One of posix, talos, esxi, windows."""
    not_shown: tuple[str, ...]
    """The facts that are not in the input, in words."""
    command: str
    """The command; empty where no fact is missing."""
    # End of the fields.
