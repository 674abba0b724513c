"""Findings of the doctor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from . import _passthru, html
from .remedies import Remedy, remedy_of
from .values import Document, Value, Word
from .verdict import Verdict


class Evidence(Value):
    """One line that proves something."""

    # Fields of the schema's Evidence.
    source: str
    """The file on the host, or the command or text."""
    line: int | None
    """The line in it, from 1; None where it is not a line, such as the target of a link."""
    text: str
    """The line, without its end."""
    # End of the fields.

    @property
    def place(self) -> str:
        """The source, with a colon and the line number, if any."""
        return self.source if self.line is None else f"{self.source}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class Finding(Value):
    """A finding about a host."""

    # Fields of the schema's Finding.
    code: str
    """The stable code, for passthru explain CODE."""
    verdict: Verdict
    """What it means for passthrough."""
    devices: tuple[str, ...]
    """The functions concerned; empty for the host."""
    title: str
    """One sentence, with the names and values of this host."""
    cause_of: tuple[str, ...]
    """The codes of findings that follow from it."""
    evidence: tuple[Evidence, ...]
    """The lines that prove it."""
    remedy: Remedy | None
    """What corrects it, or None."""
    check: str | None
    """The result that shows that the remedy is in effect, or None."""

    _parts = {"verdict": Verdict, "evidence": Evidence._of, "remedy": remedy_of}
    # End of the fields.

    def _order(self) -> tuple[Any, ...]:
        # Worst first.
        code, verdict, *rest = super()._order()
        return (verdict, code, *rest)

    def __str__(self) -> str:
        return f"{self.verdict}: {self.title} [{self.code}]"

    def _html(self) -> str:
        word = html.text(self.verdict)
        said = f"{html.verdict(self.verdict)} {html.text(self.title)} {html.code(self.code)}"
        proof = "".join(
            f'<li><span class="place">{html.text(one.place)}</span> {html.code(one.text)}</li>'
            for one in self.evidence
        )
        proof = f'<ul class="evidence">{proof}</ul>' if proof else ""
        remedy = f'<p class="remedy">{html.text(self.remedy)}</p>' if self.remedy else ""
        return (
            f'<article class="finding {word}"><p class="said">{said}</p>{proof}{remedy}</article>'
        )

    def _repr_html_(self) -> str:
        return html.fragment(self._html())


class Readiness(Word):
    """Whether a card can be assigned."""

    # Words of the schema's Readiness.

    IMPOSSIBLE = "impossible"
    """This hardware or hypervisor cannot assign it."""
    BLOCKED = "blocked"
    """It cannot be assigned until the cause is removed."""
    NEEDS_FIX = "needs-fix"
    """It works badly, or by luck, until the cause is removed."""
    NOT_ENOUGH_INPUT = "not-enough-input"
    """The state of the IOMMU, the group or the driver is missing in the input."""
    NOT_PREPARED = "not-prepared"
    """The only obstacle is the host's own use of the card."""
    NO_PROBLEM_FOUND = "no-problem-found"
    """No problem is found in the input."""
    READY = "ready"
    """All that a guest needs of the host is proved."""


class Card(Value):
    """Whether one card can be assigned."""

    # Fields of the schema's Card.
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

    _parts = {"readiness": Readiness, "evidence": Evidence._of}
    # End of the fields.

    def __str__(self) -> str:
        return f"{' '.join(self.devices)} {self.name}: {self.readiness}"


class Findings(Document):
    """The findings about a host, worst first."""

    SCHEMA = "passthru-findings/1"

    # Fields of the schema's Findings.
    devices: tuple[str, ...]
    """The functions that the findings are about, besides the host itself."""
    chosen_by: str
    """How these functions were chosen: by the request, by the host's settings, guests or
    messages, by a guess, or none."""
    cards: tuple[Card, ...]
    """The cards of these functions."""
    findings: tuple[Finding, ...]
    """The findings, worst first; a finding that holds for more than four functions appears
    once."""

    _parts = {"cards": Card._of, "findings": Finding._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "code",
        "verdict",
        "is_problem",
        "devices",
        "title",
        "place",
        "text",
        "remedy",
    )

    @classmethod
    def _said(cls, said: tuple[str, Sequence[str | None]]) -> Findings:
        """The report of a document, with each remedy's sentence."""
        text, sentences = said
        report = cls._of_json(text)
        with_sentences(report.findings, sentences)
        return report

    @property
    def has_problem(self) -> bool:
        """Whether a finding is a problem: then ``passthru doctor`` exits with 1."""
        return any(finding.verdict.is_problem for finding in self.findings)

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each finding, for ``pandas.DataFrame`` and ``polars.DataFrame``;
        ``place`` and ``text`` are those of the first line that proves it."""
        rows: list[dict[str, Any]] = []
        for finding in self.findings:
            evidence = finding.evidence[0] if finding.evidence else None
            remedy = finding.remedy
            row = (
                finding.code,
                finding.verdict.value,
                finding.verdict.is_problem,
                " ".join(finding.devices),
                finding.title,
                evidence.place if evidence else None,
                evidence.text if evidence else None,
                str(remedy) if remedy else None,
            )
            rows.append(dict(zip(self.COLUMNS, row)))
        return rows

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __str__(self) -> str:
        problems = sum(finding.verdict.is_problem for finding in self.findings)
        return f"{len(self.findings)} findings, {problems} problems"

    def _repr_html_(self) -> str:
        return html.fragment(self._html())

    def _html(self) -> str:
        counts: dict[str, int] = {}
        for finding in self.findings:
            counts[finding.verdict.value] = counts.get(finding.verdict.value, 0) + 1
        shown = [
            f'<li class="{html.text(word)}">{html.verdict(f"{count} {word}")}</li>'
            for word, count in counts.items()
        ]
        articles = [finding._html() for finding in self.findings]
        return f'<ul class="counts">{"".join(shown)}</ul>{"".join(articles)}'


def with_sentences(findings: Sequence[Finding], sentences: Sequence[str | None]) -> None:
    """Set the sentence of each remedy."""
    for finding, sentence in zip(findings, sentences):
        if finding.remedy is not None and sentence is not None:
            object.__setattr__(finding.remedy, "sentence", sentence)


class Explanation(Document):
    """The explanation of a finding's code, a setting or an error text."""

    SCHEMA = "passthru-explanation/1"

    # Fields of the schema's Explanation.
    query: str
    """The code, setting or error text of the request."""
    meaning: str
    """The meaning, its cost, and the remedy."""
    source: str
    """The source of the explanation."""
    # End of the fields.

    def __str__(self) -> str:
        return self.meaning


def explain(query: str, /) -> Explanation | None:
    """Explain a finding's code (``vfio-ids-missing-function``), a setting as typed
    (``amd_iommu=on``) or its name (``vfio_virqfd``), or an error text.

    Returns None if there is no entry.

    >>> str(explain("vfio_virqfd"))[:40] != ""
    True
    """
    found = _passthru.explain(query)
    return None if found is None else Explanation._of_json(found)


def codes() -> tuple[str, ...]:
    """The codes of all possible findings."""
    return tuple(_passthru.codes())
