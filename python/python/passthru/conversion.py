"""One hypervisor's machine as another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _passthru
from .values import Document, Value

if TYPE_CHECKING:
    from .host import Host


class ConvertedLine(Value):
    """A line of a file."""

    # Fields of the schema's EmittedLine.
    text: str
    """The line."""
    why: str
    """The reason."""
    versions: str | None
    """The versions that it holds for, in words, or None."""
    # End of the fields.


class ConvertedFile(Value):
    """A file to write."""

    # Fields of the schema's EmittedFile.
    path: str
    """Its path."""
    text: str
    """Its text."""
    lines: tuple[ConvertedLine, ...]
    """Lines of it, with their reasons."""

    _parts = {"lines": ConvertedLine._of}
    # End of the fields.

    def __str__(self) -> str:
        return self.text


class ConvertedCommand(Value):
    """A command."""

    # Fields of the schema's EmittedCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    why: str
    """The reason."""
    versions: str | None
    """The versions that it holds for, in words, or None."""
    # End of the fields.


class ConvertedStep(Value):
    """A step for a person."""

    # Fields of the schema's EmittedStep.
    name: str
    """Its stable name."""
    text: str
    """The step in words."""
    # End of the fields.


class Lost(Value):
    """Something without a counterpart."""

    # Fields of the schema's Lost.
    what: str
    """The setting."""
    why: str
    """The reason."""
    line: int | None
    """The line of the text that was read, from 1, or None."""
    # End of the fields.


class Conversion(Document):
    """One hypervisor's machine as another's: what is passed through, and what has no
    counterpart."""

    SCHEMA = "passthru-conversion/1"

    # Fields of the schema's Conversion (source: from, target: to).
    source: str
    """The format that was read."""
    target: str
    """The format that was written."""
    files: tuple[ConvertedFile, ...]
    """The files."""
    commands: tuple[ConvertedCommand, ...]
    """The commands."""
    steps: tuple[ConvertedStep, ...]
    """The steps of a person."""
    lost: tuple[Lost, ...]
    """Settings without a counterpart."""

    _words = {"source": "from", "target": "to"}

    _parts = {
        "files": ConvertedFile._of,
        "commands": ConvertedCommand._of,
        "steps": ConvertedStep._of,
        "lost": Lost._of,
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
    """Write the machine in ``text`` for another hypervisor: ``proxmox``, ``libvirt``,
    ``qemu``, ``esxi``, ``xen`` and the others that ``passthru convert --help`` names.

    ``text`` is a machine of one of these. ``host`` is the host that knows ids and slots;
    ``name`` the text's name, by which a machine of Proxmox VE has its number
    (``105.conf``); ``vm`` its number on Proxmox VE, where
    that is the target; ``mappings`` the text of Proxmox VE's ``pci.cfg``; ``system`` the
    host's UUID on ESXi, where that is the target.
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
