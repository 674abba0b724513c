"""Errors of this package. A failed operating system call raises an ``OSError``, such as
``FileNotFoundError``."""

from __future__ import annotations

import json
from collections.abc import Sequence


class PassthruError(Exception):
    """The base of all errors of this package."""

    code: str = "bad-argument"
    """The kind of failure, a stable word: ``bad-text``, ``no-plan``, ``refused``."""
    file: str | None = None
    """The file or text concerned."""
    line: int | None = None
    """The line in it, from 1."""
    span: tuple[int, int] | None = None
    """Start and end of the wrong bytes, from 0, in the line or in the argument."""
    help: str | None = None
    """The next step."""
    _json: str | None = None

    def to_json(self) -> str:
        """The failure as a document: the form ``passthru-failure/1``."""
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
    """A text, file or manifest is empty, damaged or of an unknown kind."""


class DeviceError(PassthruError, LookupError, ValueError):
    """A word matches no device of the host, or more than one card."""


class TargetError(PassthruError, ValueError):
    """A word is not the name of a hypervisor."""


class PredictionError(PassthruError, ValueError):
    """The IOMMU groups cannot be predicted."""


class PlanError(PassthruError):
    """No plan can be made or rendered."""


class RomDumpError(PassthruError):
    """A ROM was not read from its card: the card has no readable ROM, or a guest cannot use
    the readable copy. The ROM is disabled again."""


class RomDumpSystemError(RomDumpError, OSError):
    """Reading a ROM from its card failed; ``errno`` is None if no system call failed but the
    file has no ROM."""

    def __str__(self) -> str:
        return str(self.args[1])


class VerifyError(PassthruError):
    """There is no plan to verify."""


class ApplyError(PassthruError):
    """A plan was not applied or undone completely; the message has the next step."""


class RefusedError(ApplyError):
    """The host is not in the state that the plan needs; nothing was changed."""

    refusals: tuple[str, ...]
    """One sentence for each reason."""

    def __init__(self, message: str, refusals: Sequence[str] = ()) -> None:
        super().__init__(message, tuple(refusals))
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return str(self.args[0])


class ApplySystemError(ApplyError, OSError):
    """An operating system call failed while a plan was applied; the message says whether the
    host was changed."""
