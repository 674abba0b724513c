"""One hypervisor's machine as another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _passthru
from .values import Document, Value

if TYPE_CHECKING:
    from .host import Host


class ConvertedLine(Value):
    """A line of a file."""

    text: str
    """The text, without its line end."""
    why: str
    """Why it is there."""
    versions: str | None
    """The versions in which it holds, in words."""


class ConvertedFile(Value):
    """A file to write."""

    path: str
    """Where."""
    text: str
    """The whole text."""
    lines: tuple[ConvertedLine, ...]
    """Its lines."""

    _parts = {"lines": ConvertedLine._of}

    def __str__(self) -> str:
        return self.text


class ConvertedCommand(Value):
    """A command."""

    argv: tuple[str, ...]
    """The program and its arguments."""
    why: str
    """Why."""
    versions: str | None
    """The versions in which it holds, in words."""


class ConvertedStep(Value):
    """A step for a person."""

    name: str
    """Its stable name."""
    text: str
    """What to do."""


class Lost(Value):
    """Something without a counterpart."""

    what: str
    """What."""
    why: str
    """Why, or what to do instead."""
    line: int | None
    """Its line in the text that was read, from 1."""


class Conversion(Document):
    """One hypervisor's machine as another's: what is passed through, and what has no
    counterpart."""

    SCHEMA = "passthru-conversion/1"

    source: str
    """The format that was read; ``from`` in JSON."""
    target: str
    """The format that was written; ``to`` in JSON."""
    files: tuple[ConvertedFile, ...]
    """The files, each with why its lines are there."""
    commands: tuple[ConvertedCommand, ...]
    """What to run, in order."""
    steps: tuple[ConvertedStep, ...]
    """What a person has to do."""
    lost: tuple[Lost, ...]
    """What has no counterpart."""

    _words = {"source": "from", "target": "to"}
    _parts = {
        "files": ConvertedFile._of,
        "commands": ConvertedCommand._of,
        "steps": ConvertedStep._of,
        "lost": Lost._of,
    }


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
