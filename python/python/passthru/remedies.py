"""What to do about a finding: always something that a plan can carry out, or a step that
has a name. ``str(remedy)`` is one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from .values import Value


class Remedy(Value):
    """What to do about a finding; each kind is a class of its own."""

    KIND: ClassVar[str] = ""
    _beside = frozenset(("sentence",))

    def to_dict(self) -> dict[str, Any]:
        """The remedy as JSON has it."""
        return {"kind": self.KIND, **super().to_dict()}

    def __str__(self) -> str:
        return str(getattr(self, "sentence", self.KIND))


class RemoveKernelOption(Remedy):
    """Take an option off the kernel command line, wherever it is configured."""

    KIND = "remove-kernel-option"
    option: str
    """The option as it is written: ``amd_iommu=on``."""
    sentence: str = KIND
    """The remedy in words."""


class AddVfioIds(Remedy):
    """Put the functions' ids into the ``ids=`` of vfio-pci."""

    KIND = "add-vfio-ids"
    ids: tuple[str, ...]
    """The ids to add: ``10de:22eb``."""
    sentence: str = KIND
    """The remedy in words."""


class MergeVfioIds(Remedy):
    """Write all ``ids=`` of vfio-pci as one list."""

    KIND = "merge-vfio-ids"
    ids: tuple[str, ...]
    """What all of them have, each entry once, in order: ``10de:22eb``."""
    sentence: str = KIND
    """The remedy in words."""


class RemoveModuleOption(Remedy):
    """Take an option of a module out of the modprobe configuration."""

    KIND = "remove-module-option"
    module: str
    """The module."""
    option: str
    """The option's name."""
    sentence: str = KIND
    """The remedy in words."""


class RemoveModule(Remedy):
    """Take a module out of a list of modules to load."""

    KIND = "remove-module"
    path: str
    """The list's path."""
    module: str
    """The module."""
    sentence: str = KIND
    """The remedy in words."""


class RemoveLine(Remedy):
    """Take one line out of a file, which says just one thing."""

    KIND = "remove-line"
    path: str
    """The file's path."""
    line: int
    """The line's number, from 1."""
    text: str
    """What stands there."""
    sentence: str = KIND
    """The remedy in words."""


class Look(Remedy):
    """Run a command that only looks, and give its output as input."""

    KIND = "look"
    argv: tuple[str, ...]
    """The program and its arguments."""
    sentence: str = KIND
    """The remedy in words."""


class MakePlan(Remedy):
    """Make a plan."""

    KIND = "plan"
    arguments: tuple[str, ...]
    """What follows ``passthru plan``."""
    sentence: str = KIND
    """The remedy in words."""


class Manual(Remedy):
    """Something that only a person can do."""

    KIND = "manual"
    step: str
    """The step's stable name."""
    text: str
    """What to do."""
    sentence: str = KIND
    """The remedy in words."""


_KINDS: dict[str, type[Remedy]] = {
    kind.KIND: kind
    for kind in (
        RemoveKernelOption,
        AddVfioIds,
        MergeVfioIds,
        RemoveModuleOption,
        RemoveModule,
        RemoveLine,
        Look,
        MakePlan,
        Manual,
    )
}


def remedy_of(document: Mapping[str, Any]) -> Remedy:
    """The remedy of its JSON form."""
    return _KINDS[cast(str, document["kind"])]._of(document)
