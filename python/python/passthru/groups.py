"""IOMMU groups, as they are and as they would be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import html
from .values import Document, Value, Word


class Viability(Word):
    """Whether a group can go to a guest as it is."""

    VIABLE = "viable"
    """It can."""
    NOT_VIABLE = "not-viable"
    """A driver of the host has a member."""
    UNKNOWN = "unknown"
    """The input does not say."""


class Standing(Word):
    """How a member of a group stands to giving the group to a guest."""

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

    address: str
    """Where it is."""
    standing: Standing
    """How it stands to giving the group to a guest."""
    driver: str | None
    """The driver that blocks."""
    node: str | None
    """Its own node, by which programs get it with iommufd; None where it has none or the
    input does not show it."""
    refusal: str | None
    """What QEMU says to who asks for it as things are, where it refuses it and the input
    shows so."""

    _parts = {"standing": Standing}


class Loss(Value):
    """Something that the host loses where a guest gets a function."""

    address: str
    """The function."""
    kind: str
    """``file-system``, ``network`` or ``boot-display``."""
    name: str | None
    """Where the file system is mounted, or the name of the interface."""


class Holder(Value):
    """A program that has a group open."""

    process: int
    """Its process number."""
    name: str
    """Its name, of which the kernel keeps 15 bytes; empty where it is not shown."""


class Group(Value):
    """One IOMMU group."""

    id: int
    """Its number."""
    devices: tuple[str, ...]
    """Its members, by address."""
    other_members: tuple[str, ...]
    """The names of members that are no PCI functions."""
    node: str | None
    """Its node, by which programs get its functions: ``/dev/vfio/17``; None where it has
    none or the input does not show it."""
    no_iommu: bool
    """Whether VFIO made it itself, without an IOMMU."""
    whole: bool
    """Whether these are all its members for certain."""
    viability: Viability
    """Whether it can go to a guest as it is."""
    members: tuple[GroupMember, ...]
    """How each member stands to that."""
    losses: tuple[Loss, ...]
    """What the host would lose with it, as far as the input shows."""
    holders: tuple[Holder, ...]
    """The programs that have it open; ``passthru groups DEVICE`` looks for them, this package
    does not."""

    _parts = {
        "viability": Viability,
        "members": GroupMember._of,
        "losses": Loss._of,
        "holders": Holder._of,
    }


class Together(Value):
    """Functions that go to one guest on a host that forms no groups: ESXi, Xen."""

    devices: tuple[str, ...]
    """The functions."""
    because: str
    """``dependent-device``, ``not-sharable`` or ``bus-reset``."""
    device: str | None
    """The dependent device, or the bridge; None where neither binds them."""


class Groups(Document):
    """The IOMMU groups of a host."""

    SCHEMA = "passthru-groups/1"

    source: str
    """``sysfs``, or the commands and files that showed them, joined by commas."""
    groups: tuple[Group, ...]
    """The groups, by number."""
    ungrouped: tuple[str, ...]
    """Functions of which the input shows no group."""
    together: tuple[Together, ...]
    """What goes together on a host that forms no groups; empty on others."""

    _parts = {"groups": Group._of, "together": Together._of}
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

    a: str
    """The one that joined."""
    b: str
    """The one whose group it joined."""
    reason: str
    """Why, in words."""


class PredictedGroup(Value):
    """One predicted group."""

    id: int
    """Its number."""
    devices: tuple[str, ...]
    """Its members, by address."""
    because: tuple[Reason, ...]
    """Why each but the first joined."""

    _parts = {"because": Reason._of}


class Observed(Value):
    """How the groups of the input compare with the prediction."""

    same: bool
    """Whether they are the same."""
    merged: tuple[tuple[str, str], ...]
    """Functions that share a group, and need not."""
    apart: tuple[tuple[str, str], ...]
    """Functions that are apart, and should not be."""
    cause: str | None
    """What explains it; None where they are the same."""


class ChangedFunction(Value):
    """A function that is not where it was."""

    address: str
    """Where it would be."""
    was: str | None
    """Where it is; None for one that is new."""


class SharingFunction(Value):
    """A function that shares a group with a device that was asked for."""

    address: str
    """Where it is."""
    reasons: tuple[tuple[Reason, ...], ...]
    """Chains of reasons: something of each must change to part it."""
    not_overridden: tuple[str, ...]
    """Functions on these chains that the ACS override does not change."""

    _parts = {"reasons": Reason._of}


class GroupChange(Value):
    """Something that can be changed."""

    move_below: str | None
    """The port behind which the card would go, where it is that."""
    option: str | None
    """The kernel option, where it is that."""
    others: tuple[str, ...]
    """What would still share the group."""


class Parting(Value):
    """What shares groups with some devices, and what would part it."""

    devices: tuple[str, ...]
    """The devices that were asked for."""
    others: tuple[SharingFunction, ...]
    """What shares a group with them."""
    changes: tuple[GroupChange, ...]
    """What would leave fewer of these, the gentlest first."""

    _parts = {"others": SharingFunction._of, "changes": GroupChange._of}


class PredictedGroups(Document):
    """The IOMMU groups that Linux would form of a host."""

    SCHEMA = "passthru-predicted-groups/1"

    source: str
    """``predicted``."""
    rules: str
    """``linux-6.1``, the rules of Linux 6.1 to 7.2, or ``pcie-acs-2025``."""
    groups: tuple[PredictedGroup, ...]
    """The groups, by number."""
    ungrouped: tuple[str, ...]
    """Functions in no group."""
    changed: tuple[ChangedFunction, ...]
    """Functions that changes of the hardware move or add."""
    shows_all_functions: bool
    """Whether the input is known to show all functions, each of which counts."""
    numbers_sure: bool
    """Whether the numbers are sure, or only who shares a group."""
    undecided: tuple[str, ...]
    """What the input leaves open; empty where it decides the groups."""
    or_else: tuple[PredictedGroup, ...]
    """The groups if what is open turns out not isolated; ``or`` in JSON."""
    observed: Observed | None
    """How the groups of the input compare; None where it shows none, or something else
    was asked for."""
    parting: Parting | None
    """What shares groups with the devices, and with cards that are added; None where there
    are none."""

    _words = {"or_else": "or"}
    _parts = {
        "groups": PredictedGroup._of,
        "changed": ChangedFunction._of,
        "or_else": PredictedGroup._of,
        "observed": Observed._of,
        "parting": Parting._of,
    }

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
