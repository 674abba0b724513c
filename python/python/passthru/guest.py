"""The setup inside a guest."""

from __future__ import annotations

from .conversion import EmittedCommand, EmittedFile, EmittedManualStep
from .values import Document


class GuestSetup(Document):
    """The setup inside a guest: drivers, MSI, display."""

    SCHEMA = "passthru-guest/1"

    # Fields of the schema's GuestSetup.
    files: tuple[EmittedFile, ...]
    """The files."""
    commands: tuple[EmittedCommand, ...]
    """The commands."""
    manual_steps: tuple[EmittedManualStep, ...]
    """The manual steps."""

    _parts = {
        "files": EmittedFile._of,
        "commands": EmittedCommand._of,
        "manual_steps": EmittedManualStep._of,
    }
    # End of the fields.

