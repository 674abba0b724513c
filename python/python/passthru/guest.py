"""What is done inside a guest."""

from __future__ import annotations

from .conversion import ConvertedCommand, ConvertedFile, ConvertedStep
from .values import Document


class GuestWork(Document):
    """What is done inside a guest: drivers, interrupts by message, what shows the
    picture."""

    SCHEMA = "passthru-guest/1"

    files: tuple[ConvertedFile, ...]
    """What to put into the guest, each with why its lines are there."""
    commands: tuple[ConvertedCommand, ...]
    """What to run in the guest, in order."""
    steps: tuple[ConvertedStep, ...]
    """What a person does in the guest, or chooses."""

    _parts = {
        "files": ConvertedFile._of,
        "commands": ConvertedCommand._of,
        "steps": ConvertedStep._of,
    }
