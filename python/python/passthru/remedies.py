"""Remedies of findings: a change that a plan applies, a read-only command, a plan, or a named
manual step. ``str(remedy)`` is one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from .values import Value


class Remedy(Value):
    """What corrects a finding; each kind is a class."""

    # Kinds of the schema's Remedy, read by remedy_of.

    KIND: ClassVar[str] = ""
    _beside = frozenset(("sentence",))

    def to_dict(self) -> dict[str, Any]:
        """The remedy as in JSON."""
        return {"kind": self.KIND, **super().to_dict()}

    def __str__(self) -> str:
        return str(getattr(self, "sentence", self.KIND))


class SetKernelOption(Remedy):
    """Set a kernel option."""

    KIND = "set-kernel-option"
    # Fields of the schema's Remedy set-kernel-option.
    option: str
    """The option as typed."""
    purpose: str
    """The purpose."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class RemoveKernelOption(Remedy):
    """Remove an option from the kernel command line, in every file that configures it."""

    KIND = "remove-kernel-option"
    # Fields of the schema's Remedy remove-kernel-option.
    option: str
    """The option as typed."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class ReplaceKernelOption(Remedy):
    """Replace an option of the kernel command line by another."""

    KIND = "replace-kernel-option"
    # Fields of the schema's Remedy replace-kernel-option.
    option: str
    """The option as typed."""
    replacement: str
    """The new option."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class RegenerateBootLoader(Remedy):
    """Regenerate the boot loader's menu or entries from its unchanged files."""

    KIND = "regenerate-boot-loader"
    sentence: str = KIND
    """The remedy in words."""


class RegenerateInitramfs(Remedy):
    """Regenerate the initramfs of every kernel."""

    KIND = "regenerate-initramfs"
    sentence: str = KIND
    """The remedy in words."""


class MergeVfioIds(Remedy):
    """Merge all ``ids=`` of vfio-pci into one list."""

    KIND = "merge-vfio-ids"
    # Fields of the schema's Remedy merge-vfio-ids.
    ids: tuple[str, ...]
    """The entries of all lists, in order."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class RemoveModuleOption(Remedy):
    """Remove a module option from the modprobe configuration."""

    KIND = "remove-module-option"
    # Fields of the schema's Remedy remove-module-option.
    module: str
    """The module."""
    option: str
    """The option."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class RemoveModule(Remedy):
    """Remove a module from a list of modules to load."""

    KIND = "remove-module"
    # Fields of the schema's Remedy remove-module.
    path: str
    """The file."""
    module: str
    """The module."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class RemoveLine(Remedy):
    """Remove one line of a file that contains only this setting."""

    KIND = "remove-line"
    # Fields of the schema's Remedy remove-line.
    path: str
    """The file."""
    line: int
    """The line, from 1."""
    text: str
    """The text of the line."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class GuestOption(Value):
    """A key of a guest's configuration, and its value."""

    # Fields of the schema's GuestOption.
    key: str
    """The key, such as balloon."""
    value: str
    """The value."""
    # End of the fields.


class SetGuestOptions(Remedy):
    """Set keys of a guest's configuration."""

    KIND = "set-guest-options"
    # Fields of the schema's Remedy set-guest-options.
    path: str
    """The file: a .conf of Proxmox VE, or a .vmx."""
    options: tuple[GuestOption, ...]
    """The keys and their values."""

    _parts = {"options": GuestOption._of}
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class Inspect(Remedy):
    """Run a read-only command and add its output to the input."""

    KIND = "inspect"
    # Fields of the schema's Remedy inspect.
    argv: tuple[str, ...]
    """The program and its arguments."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class MakePlan(Remedy):
    """Make a plan."""

    KIND = "plan"
    # Fields of the schema's Remedy plan.
    arguments: tuple[str, ...]
    """The arguments after passthru plan."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


class Manual(Remedy):
    """A step that a person does."""

    KIND = "manual"
    # Fields of the schema's Remedy manual.
    step: str
    """The stable name of the step."""
    text: str
    """The instruction; passthru commands are in backticks."""
    # End of the fields.
    sentence: str = KIND
    """The remedy in words."""


_KINDS: dict[str, type[Remedy]] = {
    kind.KIND: kind
    for kind in (
        SetKernelOption,
        RemoveKernelOption,
        ReplaceKernelOption,
        RegenerateBootLoader,
        RegenerateInitramfs,
        MergeVfioIds,
        RemoveModuleOption,
        RemoveModule,
        RemoveLine,
        SetGuestOptions,
        Inspect,
        MakePlan,
        Manual,
    )
}


def remedy_of(document: Mapping[str, Any]) -> Remedy:
    """The remedy of its JSON form."""
    return _KINDS[cast(str, document["kind"])]._of(document)
