"""What is done inside a guest."""

from __future__ import annotations

from .conversion import ConvertedCommand, ConvertedFile, ConvertedStep
from .values import Document


class GuestWork(Document):
    """What is done inside a guest: drivers, interrupts by message, what shows the
    picture."""

    SCHEMA = "passthru-guest/1"

    # Fields of the schema's GuestWork.
    files: tuple[ConvertedFile, ...]
    """The files."""
    commands: tuple[ConvertedCommand, ...]
    """The commands."""
    steps: tuple[ConvertedStep, ...]
    """The steps of a person."""

    _parts = {
        "files": ConvertedFile._of,
        "commands": ConvertedCommand._of,
        "steps": ConvertedStep._of,
    }
    # End of the fields.

