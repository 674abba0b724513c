"""What a finding means for whoever reads it."""

from __future__ import annotations

import enum

from ._passthru import verdicts

_IS_FAULT = dict(verdicts())


class Verdict(enum.Enum):
    """What a finding means, in the order in which findings are shown."""

    # Words of the schema's Verdict.

    BLOCKER = "blocker"
    """Passthrough cannot work until this is changed."""
    IMPOSSIBLE = "impossible"
    """This hardware or hypervisor cannot do what is asked."""
    FIX = "fix"
    """Works badly, or by luck."""
    SECURITY = "security"
    """A protection is given up for nothing."""
    NO_EFFECT = "no-effect"
    """A setting that does nothing on this host: take it out."""
    UNKNOWN = "unknown"
    """The input does not say; the remedy is the command that would."""
    HARMLESS = "harmless"
    """Looks bad and is fine: leave it."""
    OK = "ok"
    """As it should be."""

    @property
    def is_problem(self) -> bool:
        """Whether it stands in the way."""
        return _IS_FAULT[self.value]

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"Verdict.{self.name}"

    def __lt__(self, other: object) -> bool:
        """Worse is less: what is worst sorts first."""
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
