"""Verdicts of findings."""

from __future__ import annotations

import enum

from ._passthru import verdicts

_IS_FAULT = dict(verdicts())


class Verdict(enum.Enum):
    """The verdict of a finding, worst first."""

    # Words of the schema's Verdict.

    BLOCKER = "blocker"
    """Passthrough cannot work until this is changed."""
    IMPOSSIBLE = "impossible"
    """This hardware or hypervisor does not support it."""
    FIX = "fix"
    """Works badly, or by luck."""
    SECURITY = "security"
    """A protection is disabled without a benefit."""
    CHECK = "check"
    """Known of a subject that the text names; not proven to apply."""
    NO_EFFECT = "no-effect"
    """A setting without effect on this host: remove it."""
    UNKNOWN = "unknown"
    """Not in the input; the remedy is a command that shows it."""
    HARMLESS = "harmless"
    """Harmless."""
    OK = "ok"
    """As it should be."""

    @property
    def is_problem(self) -> bool:
        """Whether it is a problem."""
        return _IS_FAULT[self.value]

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"Verdict.{self.name}"

    def __lt__(self, other: object) -> bool:
        """Worse verdicts sort first."""
        if not isinstance(other, Verdict):
            return NotImplemented
        order = list(Verdict)
        return order.index(self) < order.index(other)

    def __le__(self, other: object) -> bool:
        return NotImplemented if not isinstance(other, Verdict) else not other < self

    def __gt__(self, other: object) -> bool:
        return NotImplemented if not isinstance(other, Verdict) else other < self

    def __ge__(self, other: object) -> bool:
        return NotImplemented if not isinstance(other, Verdict) else not self < other
