"""Plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from . import _passthru, html
from .errors import InputError
from .values import Document, Value, Word


class When(Word):
    """When a step is done."""

    # Words of the schema's When.

    BEFORE = "before"
    """Before anything is changed."""
    NOW = "now"
    """With the edits and commands."""
    AFTER_REBOOT = "after-reboot"
    """After the reboot."""


class Binding(Word):
    """How the functions are bound."""

    # Words of the schema's Binding.

    BY_ID = "by-id"
    """By vendor and device ID: no other function of the host has it."""
    BY_ADDRESS = "by-address"
    """By address: another function has the same IDs, or may."""
    BY_HYPERVISOR = "by-hypervisor"
    """The hypervisor binds them itself."""
    RELEASE = "release"
    """They are released to their host drivers."""


class PlannedDevice(Value):
    """A function of a plan, with the expected IDs."""

    # Fields of the schema's PlannedDevice.
    address: str
    """Its address."""
    id: str
    """Vendor and device ID, which must be found there."""
    subsystem: str | None
    """The vendor and device ID of the card."""
    # End of the fields.


class PlannedFile(Value):
    """The state of a file before a plan."""

    # Fields of the schema's PlannedFile.
    path: str
    """Its path."""
    sha256: str | None
    """The SHA-256 of its bytes; None where the file did not exist."""
    # End of the fields.


class HostState(Value):
    """The host state that a plan is made for."""

    # Fields of the schema's HostState.
    kernel: str | None
    """The release of the running kernel, or None."""
    files: tuple[PlannedFile, ...]
    """The edited files."""

    _parts = {"files": PlannedFile._of}
    # End of the fields.


class Assumption(Value):
    """A fact that is not in the input and that a plan needs."""

    # Fields of the schema's Assumption.
    fact: str
    """hypervisor, boot-loader, initramfs, disk-unused or network-unused: the word for
    passthru apply --accept."""
    value: str
    """The assumed value; for disk and network the function that the host does not use."""
    reason: str
    """The reason."""
    argv: tuple[str, ...]
    """The command that shows the fact."""
    # End of the fields.

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class Blocker(Value):
    """A finding that blocks a plan and that no edit corrects."""

    # Fields of the schema's Blocker.
    code: str
    """The code of the finding."""
    title: str
    """One sentence."""
    remedy: str | None
    """What corrects it, or None."""
    accept: str
    """The word for passthru apply --accept: display, disk, network, process, or the code."""
    # End of the fields.


class SettingChange(Value):
    """A setting that an edit removes, changes or moves."""

    # Fields of the schema's SettingChange.
    line: int
    """The line, from 1; 0 where the format has no lines."""
    place: str
    """The variable, section or entry; else empty."""
    setting: str
    """The setting; empty for a line without a setting."""
    before: str
    """The setting before."""
    after: str | None
    """The setting after; None where it is removed from its place."""
    moved: bool
    """Whether the setting moves to another place."""
    # End of the fields.


class Edit(Value):
    """An edit of one file."""

    # Fields of the schema's Edit.
    path: str
    """The file."""
    before: str | None
    """Its text before; None for a new file."""
    after: str
    """Its text after."""
    mode: int | None
    """The mode of a new file, or None."""
    purposes: tuple[str, ...]
    """The purposes."""
    base: str | None
    """The text that the file is a copy of, or None."""
    changes: tuple[SettingChange, ...]
    """All settings that the edit removes or changes."""

    _parts = {"changes": SettingChange._of}
    # End of the fields.

    def to_patch(self) -> str:
        """The edit as a unified diff that ``patch -p1`` reads."""
        return _passthru.edit_patch(self.path, self.before, self.after, self.mode)


class CommandUndo(Value):
    """The undo of a command; each kind is a class."""

    # Kinds of the schema's CommandUndo, read by _undo_of.

    KIND: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """The value as in JSON."""
        return {"kind": self.KIND, **super().to_dict()}


class Repeat(CommandUndo):
    """The same command, after the files are restored."""

    KIND = "repeat"


class Run(CommandUndo):
    """Another command, before the files are restored."""

    KIND = "run"
    # Fields of the schema's CommandUndo run.
    argv: tuple[str, ...]
    """The program and its arguments."""
    # End of the fields.


class RestoreFiles(CommandUndo):
    """The files that the command changes are saved and restored."""

    KIND = "restore-files"
    # Fields of the schema's CommandUndo restore-files.
    paths: tuple[str, ...]
    """The files."""
    # End of the fields.


class Requirement(Value):
    """A requirement of an assignment, which a check evaluates; each kind is a class."""

    # Kinds of the schema's Requirement, read by _requirement_of.

    KIND: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """The requirement as in JSON."""
        return {"kind": self.KIND, **super().to_dict()}


class IommuEnabled(Requirement):
    """The IOMMU is enabled."""

    KIND = "iommu-enabled"


class InterruptRemapping(Requirement):
    """Interrupt remapping is enabled."""

    KIND = "interrupt-remapping"


class InGroup(Requirement):
    """A function is in an IOMMU group."""

    KIND = "in-group"
    # Fields of the schema's Requirement in-group.
    address: str
    """The function."""
    # End of the fields.


class GroupMembers(Requirement):
    """The IOMMU group of a function has only these members, bridges excepted."""

    KIND = "group-members"
    # Fields of the schema's Requirement group-members.
    address: str
    """The function."""
    members: tuple[str, ...]
    """The members."""
    # End of the fields.


class GroupViable(Requirement):
    """The IOMMU group of a function is viable."""

    KIND = "group-viable"
    # Fields of the schema's Requirement group-viable.
    address: str
    """The function."""
    # End of the fields.


class KernelOption(Requirement):
    """The running kernel has an option."""

    KIND = "kernel-option"
    # Fields of the schema's Requirement kernel-option.
    option: str
    """The option."""
    # End of the fields.


class NoBootFramebuffer(Requirement):
    """No boot framebuffer is in the memory of a function."""

    KIND = "no-boot-framebuffer"
    # Fields of the schema's Requirement no-boot-framebuffer.
    address: str
    """The function."""
    # End of the fields.


class Driver(Requirement):
    """A function is bound to a driver."""

    KIND = "driver"
    # Fields of the schema's Requirement driver.
    address: str
    """The function."""
    driver: str
    """The driver."""
    # End of the fields.


class HostDriver(Requirement):
    """A function is bound to a host driver."""

    KIND = "host-driver"
    # Fields of the schema's Requirement host-driver.
    address: str
    """The function."""
    # End of the fields.


class NotInUse(Requirement):
    """The host uses no file system and no network of a function."""

    KIND = "not-in-use"
    # Fields of the schema's Requirement not-in-use.
    address: str
    """The function."""
    # End of the fields.


class AssignedToVm(Requirement):
    """Hyper-V has assigned a function to a VM."""

    KIND = "assigned-to-vm"
    # Fields of the schema's Requirement assigned-to-vm.
    address: str
    """The function."""
    id: str
    """Its vendor and device ID."""
    vm: str
    """The VM's name."""
    location_path: str | None
    """Windows' location path of the function, or None."""
    # End of the fields.


class AssignmentDriver(Requirement):
    """A function is bound to a driver for assignment: ``vfio-pci``, ``pciback``, ``ppt``."""

    KIND = "assignment-driver"
    # Fields of the schema's Requirement assignment-driver.
    address: str
    """The function."""
    # End of the fields.


_UNDOS: dict[str, type[CommandUndo]] = {kind.KIND: kind for kind in (Repeat, Run, RestoreFiles)}
_REQUIREMENTS: dict[str, type[Requirement]] = {
    kind.KIND: kind
    for kind in (
        IommuEnabled,
        InterruptRemapping,
        InGroup,
        GroupMembers,
        GroupViable,
        KernelOption,
        NoBootFramebuffer,
        Driver,
        HostDriver,
        NotInUse,
        AssignedToVm,
        AssignmentDriver,
    )
}


def _undo_of(document: Mapping[str, Any]) -> CommandUndo:
    return _UNDOS[cast(str, document["kind"])]._of(document)


def _requirement_of(document: Mapping[str, Any]) -> Requirement:
    return _REQUIREMENTS[cast(str, document["kind"])]._of(document)


class PlannedCommand(Value):
    """A command of a plan."""

    # Fields of the schema's PlannedCommand.
    argv: tuple[str, ...]
    """The program and its arguments, without a shell."""
    purpose: str
    """The purpose."""
    undo: CommandUndo
    """How the command is undone."""

    _parts = {"undo": _undo_of}
    # End of the fields.

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class ManualStep(Value):
    """A step that a person does."""

    # Fields of the schema's ManualStep.
    when: When
    """When to do it."""
    step: str
    """The stable name of the step."""
    text: str
    """The instruction."""

    _parts = {"when": When}
    # End of the fields.

    def __str__(self) -> str:
        return self.text


class PlannedCheck(Value):
    """A check of a plan."""

    # Fields of the schema's PlannedCheck.
    when: When
    """When it holds."""
    argv: tuple[str, ...]
    """The command that shows the result."""
    expected: str
    """The expected result in words."""
    requirement: Requirement | None
    """The same for programs, or None."""

    _parts = {"when": When, "requirement": _requirement_of}
    # End of the fields.

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class Plan(Document):
    """The ordered edits, commands, manual steps and checks that assign functions to a guest,
    for ``apply``."""

    SCHEMA = "passthru-plan/1"

    # Fields of the schema's Plan.
    target: str
    """The hypervisor. One of proxmox, libvirt, qemu, esxi, xen, xcp-ng, hyper-v, bhyve,
    cloud-hypervisor, crosvm, incus, lxd, kubevirt, harvester, nova, gpu-operator, unraid,
    truenas, nixos, talos, firecracker, virtualbox."""
    vm: str | None
    """The guest, or None."""
    devices: tuple[PlannedDevice, ...]
    """The functions."""
    host_state: HostState
    """The host state that the plan is made for."""
    binding: Binding
    """How the functions are bound."""
    method: str | None
    """The binding method, a word of docs/driver-binding.md; None where the hypervisor has
    its own. One of modprobe-ids, modprobe-ids-alone, command-line-ids, softdep-pattern,
    blacklist, blacklist-pattern, initramfs-tools-script, dracut-module, mkinitcpio-hook,
    udev-rule, service, driverctl, install-script, pci-stub, pciback, new-id, runtime,
    libvirt-hook, removal-service."""
    assumptions: tuple[Assumption, ...]
    """Assumed facts."""
    blockers: tuple[Blocker, ...]
    """The findings that block the plan."""
    assumed_absent: tuple[str, ...]
    """Paths that are not in the input and that are assumed not to exist."""
    edits: tuple[Edit, ...]
    """The edits."""
    commands: tuple[PlannedCommand, ...]
    """The commands, after the edits, in order."""
    manual_steps: tuple[ManualStep, ...]
    """The manual steps."""
    checks: tuple[PlannedCheck, ...]
    """The checks."""
    host_impact: tuple[str, ...]
    """What the host cannot use while a guest has the functions."""
    reboot_reason: str | None
    """Why a reboot is needed, or None."""

    _parts = {
        "devices": PlannedDevice._of,
        "host_state": HostState._of,
        "binding": Binding,
        "assumptions": Assumption._of,
        "blockers": Blocker._of,
        "edits": Edit._of,
        "commands": PlannedCommand._of,
        "manual_steps": ManualStep._of,
        "checks": PlannedCheck._of,
    }
    # End of the fields.

    @classmethod
    def from_json(cls, text: str | bytes | bytearray) -> Plan:
        """The plan that ``passthru plan -o`` or ``to_json()`` wrote.

        Raises ``InputError`` for a text that is not a plan, and for invalid plans.
        """
        if not isinstance(text, str):
            try:
                text = bytes(text).decode()
            except UnicodeDecodeError as error:
                raise InputError(f"is not a plan: expected UTF-8 at byte {error.start}") from None
        return cls._of_json(_passthru.checked_plan(text))

    def to_patch(self) -> str:
        """The edits as one unified diff for ``patch -p1`` and ``git apply``, also with
        ``blockers``: check these first."""
        return _passthru.plan_patch(self.to_json())

    def to_script(self) -> str:
        """The plan as a shell script that applies and undoes it, and refuses if files
        differ."""
        return _passthru.plan_script(self.to_json())

    def to_playbook(self) -> str:
        """The plan as an Ansible playbook that refuses if files differ."""
        return _passthru.plan_playbook(self.to_json())

    def __str__(self) -> str:
        devices = ", ".join(device.address for device in self.devices)
        edits, commands = len(self.edits), len(self.commands)
        return f"{devices} for {self.target}, {edits} edits, {commands} commands"

    def _repr_html_(self) -> str:
        def checks(when: When) -> list[str]:
            of_checks = [
                f"{html.code(check)}: {html.text(check.expected)}"
                for check in self.checks
                if check.when == when
            ]
            return of_checks + [
                html.text(step) for step in self.manual_steps if step.when == when
            ]

        steps = [
            f"{'create' if edit.before is None else 'edit'} {html.code(edit.path)}"
            + "".join(map(html.why, edit.purposes))
            + html.diff(edit.to_patch())
            for edit in self.edits
        ]
        steps += [
            f"run {html.code(command)}{html.why(command.purpose)}" for command in self.commands
        ]
        steps += [html.text(step) for step in self.manual_steps if step.when == When.NOW]
        if self.reboot_reason is not None:
            steps.append(f"reboot{html.why(self.reboot_reason)}")
        blockers = [
            html.text(f"{one.title}: {one.remedy}" if one.remedy else one.title)
            for one in self.blockers
        ]
        return html.fragment(
            html.why(self),
            html.section(
                "Assumptions; check first",
                [f"{html.text(one.reason)} {html.code(one)}" for one in self.assumptions],
            ),
            html.section("Blockers", blockers),
            html.section("Check first", checks(When.BEFORE)),
            html.section("Steps", steps, "ol"),
            html.section("After the reboot", checks(When.AFTER_REBOOT)),
            html.section("Host impact", map(html.text, self.host_impact)),
        )
