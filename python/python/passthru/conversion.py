"""Conversion of the configuration of a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _passthru
from .values import Document, Value

if TYPE_CHECKING:
    from .host import Host


class EmittedLine(Value):
    """A line of a file."""

    # Fields of the schema's EmittedLine.
    text: str
    """The line."""
    purpose: str
    """The purpose."""
    versions: str | None
    """The versions that the line is valid for, in words, or None."""
    # End of the fields.


class EmittedFile(Value):
    """A file to write."""

    # Fields of the schema's EmittedFile.
    path: str
    """Its path."""
    text: str
    """Its text."""
    lines: tuple[EmittedLine, ...]
    """Its lines, with their purposes."""

    _parts = {"lines": EmittedLine._of}
    # End of the fields.

    def __str__(self) -> str:
        return self.text


class EmittedCommand(Value):
    """A command."""

    # Fields of the schema's EmittedCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    purpose: str
    """The purpose."""
    versions: str | None
    """The versions that the command is valid for, in words, or None."""
    # End of the fields.


class EmittedManualStep(Value):
    """A manual step."""

    # Fields of the schema's EmittedManualStep.
    step: str
    """The stable name of the step."""
    text: str
    """The instruction."""
    # End of the fields.


class NotConverted(Value):
    """A setting that is not converted."""

    # Fields of the schema's NotConverted.
    setting: str
    """The setting."""
    reason: str
    """The reason."""
    line: int | None
    """The line of the input, from 1, or None."""
    # End of the fields.


class Conversion(Document):
    """The configuration of a VM in another format."""

    SCHEMA = "passthru-conversion/1"

    # Fields of the schema's Conversion.
    from_format: str
    """The format of the input."""
    to_format: str
    """The format of the output."""
    files: tuple[EmittedFile, ...]
    """The files."""
    commands: tuple[EmittedCommand, ...]
    """The commands."""
    manual_steps: tuple[EmittedManualStep, ...]
    """The manual steps."""
    not_converted: tuple[NotConverted, ...]
    """The settings that are not converted."""

    _parts = {
        "files": EmittedFile._of,
        "commands": EmittedCommand._of,
        "manual_steps": EmittedManualStep._of,
        "not_converted": NotConverted._of,
    }
    # End of the fields.


def convert(
    text: str,
    to: str,
    *,
    host: Host | None = None,
    name: str = "the text",
    vm: str | int | None = None,
    mappings: str | None = None,
    system: str | None = None,
) -> Conversion:
    """Convert the VM in ``text`` for another hypervisor: ``proxmox``, ``libvirt``,
    ``qemu``, ``esxi``, ``xen`` and the others that ``passthru convert --help`` lists.

    ``text`` is the configuration of a VM of one of these. ``host`` provides IDs and slots.
    ``name`` is the text's file name, which contains the number of a VM of Proxmox VE
    (``105.conf``). ``vm`` is the number for Proxmox VE as target, ``mappings`` the text of
    its ``pci.cfg``, and ``system`` the host's UUID for ESXi as target.
    """
    found = _passthru.convert(
        text,
        to,
        name,
        None if host is None else host._host,
        None if vm is None else str(vm),
        mappings,
        system,
    )
    return Conversion._of_json(found)
