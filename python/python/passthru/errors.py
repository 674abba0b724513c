"""What can go wrong. What the operating system refuses is an ``OSError``, such
as ``FileNotFoundError``."""

from __future__ import annotations

import json
from collections.abc import Sequence


class PassthruError(Exception):
    """The base of all errors of this package."""

    code: str = "bad-argument"
    """What kind of failure it is, a stable word: ``bad-text``, ``no-plan``, ``refused``."""
    file: str | None = None
    """The file or text that it is about."""
    line: int | None = None
    """The line in it, from 1."""
    span: tuple[int, int] | None = None
    """Where the bytes that are wrong begin and end, from 0: of that line, or where there is
    none of the word that was given."""
    help: str | None = None
    """What could be given instead, or what to do."""
    _json: str | None = None

    def to_json(self) -> str:
        """The failure as C gives it, too: the form ``passthru-failure/1``."""
        if self._json is None:
            document = {
                "schema": "passthru-failure/1",
                "code": self.code,
                "message": str(self),
                "file": self.file,
                "line": self.line,
                "span": None,
                "help": self.help,
            }
            self._json = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        return self._json


class InputError(PassthruError, ValueError):
    """A text, file or manifest is empty, damaged or of no known kind; the message says
    which, with its line."""


class DeviceError(PassthruError, LookupError, ValueError):
    """A word chooses no device of the host, or more than one card."""


class TargetError(PassthruError, ValueError):
    """A word names no hypervisor."""


class PredictionError(PassthruError, ValueError):
    """The IOMMU groups cannot be predicted: the message says what the request or the
    input lacks."""


class PlanError(PassthruError):
    """There is no plan, or it cannot be written so: the message says what the request or
    the input lacks."""


class RomDumpError(PassthruError):
    """A ROM was not read from its card, and what helps: the card has none of its own that
    the kernel could read, or what can be read serves no guest. Nothing was left switched."""


class RomDumpSystemError(RomDumpError, OSError):
    """Reading a ROM from its card failed, and what helps; ``errno`` is None where the system
    refused nothing, but the file gave no ROM."""

    def __str__(self) -> str:
        return str(self.args[1])


class VerifyError(PassthruError):
    """There is no plan to verify."""


class ApplyError(PassthruError):
    """A plan was not carried out or taken back, or not to its end: the message says which,
    and what finishes it."""


class RefusedError(ApplyError):
    """The host is not as the plan needs it; nothing was changed."""

    refusals: tuple[str, ...]
    """One sentence for each reason."""

    def __init__(self, message: str, refusals: Sequence[str] = ()) -> None:
        super().__init__(message, tuple(refusals))
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return str(self.args[0])


class ApplySystemError(ApplyError, OSError):
    """The operating system refused something while a plan was carried out: ``errno`` and
    ``filename`` say what; the message, whether something was changed by then."""
