"""IOMMU groups, as they are and as they would be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import html
from .values import Document, Value, Word


class Viability(Word):
    """Whether a group can go to a guest as it is."""

    # Words of the schema's Viability.

    VIABLE = "viable"
    """It can."""
    NOT_VIABLE = "not-viable"
    """A driver of the host has a member."""
    UNKNOWN = "unknown"
    """The input does not say."""


class Standing(Word):
    """How a member of a group stands to giving the group to a guest."""

    # Words of the schema's Standing.

    READY = "ready"
    """A driver for guests has it."""
    HARMLESS = "harmless"
    """It has no driver, or one that does not count."""
    BLOCKS = "blocks"
    """A driver of the host has it."""
    UNKNOWN = "unknown"
    """The input does not say."""


class GroupMember(Value):
    """A member of a group."""

    # Fields of the schema's GroupMember.
    address: str
    """Its address."""
    standing: Standing
    """ready: a driver for guests has it; harmless: no driver, or one that does not count;
    blocks; unknown."""
    driver: str | None
    """The driver that blocks."""
    node: str | None
    """Its own node with iommufd."""
    refusal: str | None
    """The words of QEMU to a user of it as things are, or None."""

    _parts = {"standing": Standing}
    # End of the fields.


class Loss(Value):
    """Something that the host loses where a guest gets a function."""

    # Fields of the schema's Loss.
    address: str
    """The function."""
    kind: str
    """The kind of loss. One of file-system, network, boot-display."""
    name: str | None
    """The file system's or interface's name."""
    # End of the fields.


class Holder(Value):
    """A program that has a group open."""

    # Fields of the schema's Holder.
    process: int
    """Its process id."""
    name: str
    """Its name."""
    # End of the fields.


class Group(Value):
    """One IOMMU group."""

    # Fields of the schema's Group.
    id: int
    """Its number."""
    devices: tuple[str, ...]
    """Its functions."""
    other_members: tuple[str, ...]
    """The names of members that are no PCI functions."""
    node: str | None
    """The node by which programs get its functions, or None."""
    no_iommu: bool
    """Whether VFIO made it without an IOMMU."""
    whole: bool
    """Whether these are all its members for certain."""
    viability: Viability
    """Whether it can go to a guest as it is."""
    members: tuple[GroupMember, ...]
    """Its members."""
    losses: tuple[Loss, ...]
    """The losses of the host without it, as far as the input shows."""
    holders: tuple[Holder, ...]
    """The programs that have it open, where they were looked for."""

    _parts = {
        "viability": Viability,
        "members": GroupMember._of,
        "losses": Loss._of,
        "holders": Holder._of,
    }
    # End of the fields.


class Together(Value):
    """Functions that go to one guest on a host that forms no groups: ESXi, Xen."""

    # Fields of the schema's Together.
    devices: tuple[str, ...]
    """The functions."""
    because: str
    """The reason. One of dependent-device, not-sharable, bus-reset."""
    device: str | None
    """The device that binds them, or None."""
    # End of the fields.


class Groups(Document):
    """The IOMMU groups of a host."""

    SCHEMA = "passthru-groups/1"

    # Fields of the schema's Groups.
    source: str
    """sysfs, or the commands and files that showed the groups, joined by commas; none."""
    groups: tuple[Group, ...]
    """By number."""
    ungrouped: tuple[str, ...]
    """Functions of which the input shows no group."""
    together: tuple[Together, ...]
    """Functions that go together on a host that forms no groups."""

    _parts = {"groups": Group._of, "together": Together._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "group",
        "address",
        "standing",
        "driver",
        "viability",
        "whole",
    )

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each member of each group, as ``pandas.DataFrame`` and
        ``polars.DataFrame`` take them."""
        rows: list[dict[str, Any]] = []
        for group in self.groups:
            for member in group.members:
                row = (
                    group.id,
                    member.address,
                    str(member.standing),
                    member.driver,
                    str(group.viability),
                    group.whole,
                )
                rows.append(dict(zip(self.COLUMNS, row)))
        return rows

    def of(self, address: str) -> Group | None:
        """The group of the function at this address; None where none is shown."""
        wanted = (address, f"0000:{address}")
        found = (group for group in self.groups if not set(wanted).isdisjoint(group.devices))
        return next(found, None)

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    def __str__(self) -> str:
        return f"{len(self.groups)} IOMMU groups"

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            members = [
                f"{one.address} {one.standing}{f' ({one.driver})' if one.driver else ''}"
                for one in group.members
            ]
            rows.append((group.id, str(group.viability), "\n".join(members)))
        return html.table(("group", "viability", "members"), rows, caption=str(self))


class Reason(Value):
    """Why one function shares the group of another."""

    # Fields of the schema's GroupReason.
    a: str
    """The one."""
    b: str
    """The other."""
    reason: str
    """The reason in words."""
    # End of the fields.


class PredictedGroup(Value):
    """One predicted group."""

    # Fields of the schema's PredictedGroup.
    id: int
    """Its number."""
    devices: tuple[str, ...]
    """Its functions."""
    because: tuple[Reason, ...]
    """The reasons."""

    _parts = {"because": Reason._of}
    # End of the fields.


class Observed(Value):
    """How the groups of the input compare with the prediction."""

    # Fields of the schema's Observed.
    same: bool
    """Whether they are as predicted."""
    merged: tuple[tuple[str, str], ...]
    """Pairs that share a group and are predicted apart."""
    apart: tuple[tuple[str, str], ...]
    """Pairs that are apart and are predicted to share."""
    cause: str | None
    """acs-enabled-too-late, controls-as-captured, acs-override, pch-workaround-failed,
    pcie-acs-2025, unknown, or None."""
    # End of the fields.


class ChangedFunction(Value):
    """A function that is not where it was."""

    # Fields of the schema's ChangedFunction.
    address: str
    """Its address after the change."""
    was: str | None
    """Its address before; None for a new one."""
    # End of the fields.


class SharingFunction(Value):
    """A function that shares a group with a device that was asked for."""

    # Fields of the schema's Sharing.
    address: str
    """Its address."""
    reasons: tuple[tuple[Reason, ...], ...]
    """Chains, of each of which something must change."""
    not_overridden: tuple[str, ...]
    """Functions that the ACS override cannot change."""

    _parts = {"reasons": Reason._of}
    # End of the fields.


class GroupChange(Value):
    """Something that can be changed."""

    # Fields of the schema's PartingChange.
    move_below: str | None
    """The root port below which the card goes, or None."""
    option: str | None
    """The kernel option that is set, or None."""
    others: tuple[str, ...]
    """The functions that still share."""
    # End of the fields.


class Parting(Value):
    """What shares groups with some devices, and what would part it."""

    # Fields of the schema's Parting.
    devices: tuple[str, ...]
    """The devices."""
    others: tuple[SharingFunction, ...]
    """The functions that share."""
    changes: tuple[GroupChange, ...]
    """The changes."""

    _parts = {"others": SharingFunction._of, "changes": GroupChange._of}
    # End of the fields.


class PredictedGroups(Document):
    """The IOMMU groups that Linux would form of a host."""

    SCHEMA = "passthru-predicted-groups/1"

    # Fields of the schema's PredictedGroups (or_else: or).
    source: str
    """Always predicted."""
    rules: str
    """linux-6.1 for those of Linux 6.1 to 7.2, or pcie-acs-2025."""
    groups: tuple[PredictedGroup, ...]
    """By number."""
    ungrouped: tuple[str, ...]
    """Functions in no group."""
    changed: tuple[ChangedFunction, ...]
    """Functions that a change of the hardware moves or adds."""
    shows_all_functions: bool
    """Whether the input is known to show all functions."""
    numbers_sure: bool
    """Whether the numbers are sure, or only the members."""
    undecided: tuple[str, ...]
    """Functions of which the input leaves open whether they are isolated."""
    or_else: tuple[PredictedGroup, ...]
    """The groups if these are not."""
    observed: Observed | None
    """The groups of the input, compared; None where it shows none."""
    parting: Parting | None
    """The functions that share groups with the devices; None where there are none."""

    _words = {"or_else": "or"}

    _parts = {
        "groups": PredictedGroup._of,
        "changed": ChangedFunction._of,
        "or_else": PredictedGroup._of,
        "observed": Observed._of,
        "parting": Parting._of,
    }
    # End of the fields.

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[PredictedGroup]:
        return iter(self.groups)

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            because = [f"{one.a} with {one.b}: {one.reason}" for one in group.because]
            rows.append((group.id, "\n".join(group.devices), "\n".join(because)))
        return html.table(("group", "devices", "because"), rows, caption=f"rules: {self.rules}")
