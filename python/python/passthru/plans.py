"""Plans: what is to be done, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from . import _passthru
from .errors import InputError
from .values import Document, Value, Word


class Moment(Word):
    """When something is to be done."""

    BEFORE = "before"
    """Before anything is changed."""
    NOW = "now"
    """With the edits and commands."""
    AFTER_REBOOT = "after-reboot"
    """After the reboot."""


class Binding(Word):
    """How the functions are taken from the host's drivers."""

    BY_ID = "by-id"
    """By vendor and device id: no other function of the host has them."""
    BY_ADDRESS = "by-address"
    """By address: another function has the same ids, or may."""
    BY_HYPERVISOR = "by-hypervisor"
    """The hypervisor takes them itself."""
    BY_HOST = "by-host"
    """They go back to the host's drivers."""


class PlannedDevice(Value):
    """One function of a plan, with what it must be: a moved card is noticed."""

    address: str
    """Where it is."""
    id: str
    """What must be found there."""
    subsystem: str | None
    """The card that must be found there, where the input shows it."""


class FileState(Value):
    """One file as it was when the plan was made."""

    path: str
    """Its path on the host."""
    sha256: str | None
    """The SHA-256 of its bytes in hex; None where there was no such file."""


class MadeFor(Value):
    """The state of the host that a plan was made for; it is for no other."""

    kernel: str | None
    """The running kernel's release, where the input showed it."""
    files: tuple[FileState, ...]
    """The files that the plan changes, as they were."""

    _parts = {"files": FileState._of}


class Assumption(Value):
    """A fact that the input does not show and that a plan takes to be so."""

    fact: str
    """The fact: ``hypervisor``, ``boot-loader``, ``initramfs``, ``disk`` or ``network``. By
    this word a person accepts it."""
    value: str
    """The value that the plan is made for; for ``disk`` and ``network`` the function that the
    host does not use."""
    because: str
    """Why this value."""
    argv: tuple[str, ...]
    """The command that shows the fact."""


class Blocker(Value):
    """Something that stands in the plan's way and that no edit mends."""

    code: str
    """The finding's code."""
    title: str
    """What is so."""
    remedy: str | None
    """What to do about it."""
    accept: str
    """The word by which a person takes it upon themselves: ``display``, ``disk``,
    ``network``, ``process``, or the code."""


class SettingChange(Value):
    """One setting that an edit removes, changes or puts elsewhere."""

    line: int
    """The setting's line before, from 1; 0 where the format does not tell."""
    place: str
    """The variable, section or entry that it stood in; empty for the file as a whole."""
    setting: str
    """Its name; empty for a line that is no setting."""
    before: str
    """Its value before, or the line."""
    after: str | None
    """Its value afterwards; None where it is gone from there."""
    moved: bool
    """Whether it is elsewhere afterwards: in another place, file or order."""


class Edit(Value):
    """One file as it is and as it should be."""

    path: str
    """The file's path on the host."""
    before: str | None
    """Its text now; None when there is no such file yet."""
    after: str
    """Its text afterwards."""
    mode: int | None
    """The permission bits that the file must have; None keeps those it has."""
    why: tuple[str, ...]
    """What each part of the change is for."""
    base: str | None
    """The text that a copy of another file was made from; None for all others."""
    changes: tuple[SettingChange, ...]
    """All settings that the edit removes or changes; what is new is none."""
    _parts = {"changes": SettingChange._of}

    def to_patch(self) -> str:
        """The edit as a unified diff that ``patch -p1`` reads."""
        return _passthru.edit_patch(self.path, self.before, self.after, self.mode)


class Undo(Value):
    """How the effect of a command is taken back; each kind is a class of its own."""

    KIND: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """It as JSON has it."""
        return {"kind": self.KIND, **super().to_dict()}


class Again(Undo):
    """By the same command, once the files are as they were."""

    KIND = "again"


class Run(Undo):
    """By another command, while the plan's files are still there."""

    KIND = "run"
    argv: tuple[str, ...]
    """The program and its arguments."""


class Restore(Undo):
    """By these files, which the command changes and which are kept."""

    KIND = "restore"
    paths: tuple[str, ...]
    """Their paths on the host."""


class Requirement(Value):
    """A requirement of passthrough, which a check evaluates; each kind is a class of its
    own."""

    KIND: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """The requirement as JSON has it."""
        return {"kind": self.KIND, **super().to_dict()}


class IommuOn(Requirement):
    """The kernel uses the IOMMU."""

    KIND = "iommu-on"


class InterruptsRemapped(Requirement):
    """The IOMMU remaps interrupts."""

    KIND = "interrupts-remapped"


class InGroup(Requirement):
    """A function is in an IOMMU group."""

    KIND = "in-group"
    address: str
    """The function."""


class GroupOf(Requirement):
    """A function's IOMMU group has no other members than these, bridges excepted."""

    KIND = "group-of"
    address: str
    """The function."""
    members: tuple[str, ...]
    """All functions that may be in the group, with the function itself."""


class GroupViable(Requirement):
    """A function's IOMMU group is viable: no member is with a driver of the host."""

    KIND = "group-viable"
    address: str
    """The function."""


class KernelOption(Requirement):
    """The running kernel has an option."""

    KIND = "kernel-option"
    option: str
    """The option as it is written."""


class NoBootFramebuffer(Requirement):
    """No boot framebuffer is in the memory of a function."""

    KIND = "no-boot-framebuffer"
    address: str
    """The function."""


class Driver(Requirement):
    """A driver has a function."""

    KIND = "driver"
    address: str
    """The function."""
    driver: str
    """The driver's name, as in sysfs."""


class HostDriver(Requirement):
    """A driver of the host has a function."""

    KIND = "host-driver"
    address: str
    """The function."""


class UnusedByHost(Requirement):
    """The host uses no file system and no network of a function."""

    KIND = "unused-by-host"
    address: str
    """The function."""


class GuestDriver(Requirement):
    """A driver for guests has a function: ``vfio-pci``, ``pciback``, ``ppt``."""

    KIND = "guest-driver"
    address: str
    """The function."""


_UNDOS: dict[str, type[Undo]] = {kind.KIND: kind for kind in (Again, Run, Restore)}
_REQUIREMENTS: dict[str, type[Requirement]] = {
    kind.KIND: kind
    for kind in (
        IommuOn,
        InterruptsRemapped,
        InGroup,
        GroupOf,
        GroupViable,
        KernelOption,
        NoBootFramebuffer,
        Driver,
        HostDriver,
        UnusedByHost,
        GuestDriver,
    )
}


def _undo_of(document: Mapping[str, Any]) -> Undo:
    return _UNDOS[cast(str, document["kind"])]._of(document)


def _requirement_of(document: Mapping[str, Any]) -> Requirement:
    return _REQUIREMENTS[cast(str, document["kind"])]._of(document)


class Command(Value):
    """A command of a plan."""

    argv: tuple[str, ...]
    """The program and its arguments: never a shell's text."""
    why: str
    """What it is for."""
    undo: Undo
    """How its effect is taken back."""

    _parts = {"undo": _undo_of}

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class ManualStep(Value):
    """Something that only a person can do."""

    moment: Moment
    """When."""
    step: str
    """The step's stable name."""
    text: str
    """What to do."""

    _parts = {"moment": Moment}

    def __str__(self) -> str:
        return self.text


class Check(Value):
    """How to see that something is so."""

    moment: Moment
    """When."""
    argv: tuple[str, ...]
    """The command that looks."""
    expect: str
    """What it must show, for people."""
    requirement: Requirement | None
    """The same for programs, where the host's files show it."""

    _parts = {"moment": Moment, "requirement": _requirement_of}

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class Plan(Document):
    """The ordered edits, commands, manual steps and checks that give functions to a guest.
    Nothing of it has been done: ``apply`` does it."""

    SCHEMA = "passthru-plan/1"

    target: str
    """The hypervisor that it is for."""
    vm: str | None
    """The guest that gets the functions, where one was named."""
    devices: tuple[PlannedDevice, ...]
    """The functions, each with what must be found there."""
    made_for: MadeFor
    """The state of the host that it was made for."""
    binding: Binding
    """How the functions are taken from the host's drivers."""
    method: str | None
    """The way in which that is done, a word of docs/driver-binding.md; None where the
    hypervisor has its own."""
    assumptions: tuple[Assumption, ...]
    """What the input does not show and the plan takes to be so: to be checked first."""
    blockers: tuple[Blocker, ...]
    """What stands in the way and no edit mends."""
    assumes_absent: tuple[str, ...]
    """Paths that the input did not show and that are taken to be absent."""
    edits: tuple[Edit, ...]
    """Changes of files, in order."""
    commands: tuple[Command, ...]
    """Commands that follow the edits, in order."""
    manual: tuple[ManualStep, ...]
    """What only a person can do."""
    checks: tuple[Check, ...]
    """How to see that it worked."""
    loses: tuple[str, ...]
    """What the host gives up."""
    reboot: str | None
    """Why a reboot is needed; None when none is."""

    _parts = {
        "devices": PlannedDevice._of,
        "made_for": MadeFor._of,
        "binding": Binding,
        "assumptions": Assumption._of,
        "blockers": Blocker._of,
        "edits": Edit._of,
        "commands": Command._of,
        "manual": ManualStep._of,
        "checks": Check._of,
    }

    @classmethod
    def from_json(cls, text: str | bytes | bytearray) -> Plan:
        """The plan that ``passthru plan -o`` or ``to_json()`` wrote.

        Raises ``InputError`` for what is none, and for what no plan may say.
        """
        if not isinstance(text, str):
            try:
                text = bytes(text).decode()
            except UnicodeDecodeError as error:
                raise InputError(f"is no plan: expected UTF-8 at byte {error.start}") from None
        return cls._of_json(_passthru.checked_plan(text))

    def to_patch(self) -> str:
        """The edits as one unified diff that ``patch -p1`` and ``git apply`` read, also
        while there are ``blockers``: look at these first."""
        return _passthru.plan_patch(self.to_json())

    def to_script(self) -> str:
        """The plan as a shell script, which refuses where files differ, and takes itself
        back."""
        return _passthru.plan_script(self.to_json())

    def to_playbook(self) -> str:
        """The plan as an Ansible playbook, which refuses where files differ."""
        return _passthru.plan_playbook(self.to_json())

    def __str__(self) -> str:
        devices = ", ".join(device.address for device in self.devices)
        edits, commands = len(self.edits), len(self.commands)
        return f"{devices} for {self.target}, {edits} edits, {commands} commands"
