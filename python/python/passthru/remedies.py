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


class SetKernelOption(Remedy):
    """Set a kernel option."""

    KIND = "set-kernel-option"
    option: str
    """The option as it is written: ``intel_iommu=on``."""
    why: str
    """The reason, one sentence without its full stop."""
    sentence: str = KIND
    """The remedy in words."""


class RemoveKernelOption(Remedy):
    """Remove an option from the kernel command line, in every file that configures it."""

    KIND = "remove-kernel-option"
    option: str
    """The option as it is written: ``amd_iommu=on``."""
    sentence: str = KIND
    """The remedy in words."""


class ReplaceKernelOption(Remedy):
    """Write another option in the place of one on the kernel command line."""

    KIND = "replace-kernel-option"
    option: str
    """The option as it is written: ``intel_iommu=true``."""
    replacement: str
    """The option in its place: ``intel_iommu=on``."""
    sentence: str = KIND
    """The remedy in words."""


class RefreshBootLoader(Remedy):
    """Generate the boot loader's menu or entries again, from its files as they are."""

    KIND = "refresh-boot-loader"
    sentence: str = KIND
    """The remedy in words."""


class RefreshInitramfs(Remedy):
    """Generate the initramfs of every kernel again."""

    KIND = "refresh-initramfs"
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
    """Remove one line of a file, which holds one setting alone."""

    KIND = "remove-line"
    path: str
    """The file's path."""
    line: int
    """The line's number, from 1."""
    text: str
    """The text of the line."""
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
        SetKernelOption,
        RemoveKernelOption,
        ReplaceKernelOption,
        RefreshBootLoader,
        RefreshInitramfs,
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
