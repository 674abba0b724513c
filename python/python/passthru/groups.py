"""IOMMU groups, current and predicted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from . import _passthru, html
from .values import Document, Value, Word


class Viability(Word):
    """Whether a group can be assigned now."""

    # Words of the schema's Viability.

    VIABLE = "viable"
    """It can be assigned."""
    NOT_VIABLE = "not-viable"
    """A member is bound to a host driver."""
    UNKNOWN = "unknown"
    """Not in the input."""


class MemberState(Word):
    """The state of a member of a group."""

    # Words of the schema's MemberState.

    READY = "ready"
    """It is bound to a driver for assignment."""
    HARMLESS = "harmless"
    """It is unbound, or bound to a driver that does not block."""
    BLOCKS = "blocks"
    """It is bound to a host driver."""
    UNKNOWN = "unknown"
    """Not in the input."""


class GroupMember(Value):
    """A member of a group."""

    # Fields of the schema's GroupMember.
    address: str
    """Its address."""
    state: MemberState
    """ready: bound to a driver for assignment; harmless: unbound, or bound to a driver that
    does not block; blocks: bound to a host driver; unknown."""
    driver: str | None
    """The driver that blocks, or None."""
    node: str | None
    """Its device node with iommufd, or None."""
    open_error: str | None
    """The error of QEMU for this function in the current state, or None."""

    _parts = {"state": MemberState}
    # End of the fields.


class HostImpact(Value):
    """Something that the host cannot use while a guest has a function."""

    # Fields of the schema's HostImpact.
    address: str
    """The function."""
    kind: str
    """The kind of impact. One of file-system, network, boot-display."""
    name: str | None
    """The mount point or the name of the interface."""
    # End of the fields.


class Process(Value):
    """A process that has a group open."""

    # Fields of the schema's Process.
    pid: int
    """The process ID."""
    name: str
    """The name of the program."""
    # End of the fields.


class Group(Value):
    """One IOMMU group."""

    # Fields of the schema's Group.
    id: int
    """Its number."""
    devices: tuple[str, ...]
    """Its functions."""
    non_pci_members: tuple[str, ...]
    """The names of members that are not PCI functions."""
    node: str | None
    """The device node of the group, or None."""
    no_iommu: bool
    """Whether VFIO made the group without an IOMMU."""
    complete: bool
    """Whether the list of members is complete."""
    viability: Viability
    """Whether the group can be assigned now."""
    members: tuple[GroupMember, ...]
    """Its members."""
    host_impact: tuple[HostImpact, ...]
    """What the host cannot use while a guest has the group, as far as the input shows."""
    processes: tuple[Process, ...]
    """The processes that have the group open, where the request names a device of it."""

    _parts = {
        "viability": Viability,
        "members": GroupMember._of,
        "host_impact": HostImpact._of,
        "processes": Process._of,
    }
    # End of the fields.


class AssignedTogether(Value):
    """Functions that must be assigned to the same guest, on a host without groups: ESXi,
    Xen."""

    # Fields of the schema's AssignedTogether.
    devices: tuple[str, ...]
    """The functions."""
    reason: str
    """The reason. One of dependent-device, not-sharable, bus-reset."""
    device: str | None
    """The common device, or None."""
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
    """Functions without a group in the input."""
    assigned_together: tuple[AssignedTogether, ...]
    """Functions that must be assigned together, on a host without IOMMU groups."""

    _parts = {"groups": Group._of, "assigned_together": AssignedTogether._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "group",
        "address",
        "state",
        "driver",
        "viability",
        "complete",
    )

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each member of each group, for ``pandas.DataFrame`` and
        ``polars.DataFrame``."""
        rows: list[dict[str, Any]] = []
        for group in self.groups:
            for member in group.members:
                row = (
                    group.id,
                    member.address,
                    str(member.state),
                    member.driver,
                    str(group.viability),
                    group.complete,
                )
                rows.append(dict(zip(self.COLUMNS, row)))
        return rows

    def of(self, address: str) -> Group | None:
        """The group of the function at this address, or None."""
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
        cards = [
            _card(
                group.id,
                str(group.viability),
                [
                    (one.address, f"{one.state}{f' ({one.driver})' if one.driver else ''}")
                    for one in group.members
                ],
            )
            for group in self.groups
        ]
        return html.fragment(html.why(str(self)), f'<div class="groups">{"".join(cards)}</div>')


def _card(number: int, note: str, members: Iterable[tuple[str, str]]) -> str:
    """A group as on the page of a report."""
    shown = "".join(
        f"<li><b>{html.text(address)}</b><span></span><span>{html.text(about)}</span></li>"
        for address, about in members
    )
    hue = _passthru.group_hue(number)
    return (
        f'<section class="group" style="--hue:{hue}"><h3>Group {number} '
        f"<small>{html.text(note)}</small></h3><ul>{shown}</ul></section>"
    )


class GroupLink(Value):
    """A reason why two functions share a group."""

    # Fields of the schema's GroupLink.
    a: str
    """The first function."""
    b: str
    """The function whose group it joins."""
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
    links: tuple[GroupLink, ...]
    """Why its functions share the group."""

    _parts = {"links": GroupLink._of}
    # End of the fields.


class Observed(Value):
    """The groups of the input, compared with the prediction."""

    # Fields of the schema's Observed.
    same: bool
    """Whether they equal the prediction."""
    merged: tuple[tuple[str, str], ...]
    """Pairs that share a group in the input and not in the prediction."""
    split: tuple[tuple[str, str], ...]
    """Pairs that share a group in the prediction and not in the input."""
    cause: str | None
    """acs-enabled-too-late, controls-as-captured, acs-override, pch-workaround-failed,
    pcie-acs-2025, unknown, or None."""
    # End of the fields.


class ChangedFunction(Value):
    """A function that is moved or added."""

    # Fields of the schema's ChangedFunction.
    address: str
    """Its address after the change."""
    previous_address: str | None
    """Its address before the change; None for a new function."""
    # End of the fields.


class SharingFunction(Value):
    """A function that shares a group with a requested device."""

    # Fields of the schema's SharingFunction.
    address: str
    """Its address."""
    chains: tuple[tuple[GroupLink, ...], ...]
    """Chains of links: at least one link of every chain must change."""
    not_overridden: tuple[str, ...]
    """Functions that the ACS override does not change."""

    _parts = {"chains": GroupLink._of}
    # End of the fields.


class IsolationChange(Value):
    """A change that isolates devices from functions."""

    # Fields of the schema's IsolationChange.
    move_to_port: str | None
    """The root port to move the card to, or None."""
    kernel_option: str | None
    """The kernel option to set, or None."""
    still_sharing: tuple[str, ...]
    """The functions that share a group after the change."""
    # End of the fields.


class Isolation(Value):
    """The functions that share groups with devices, and the changes that isolate the
    devices."""

    # Fields of the schema's Isolation.
    devices: tuple[str, ...]
    """The devices."""
    sharing: tuple[SharingFunction, ...]
    """The functions that share a group with the devices."""
    changes: tuple[IsolationChange, ...]
    """The changes."""

    _parts = {"sharing": SharingFunction._of, "changes": IsolationChange._of}
    # End of the fields.


class PredictedGroups(Document):
    """The predicted IOMMU groups of a host in Linux."""

    SCHEMA = "passthru-predicted-groups/1"

    # Fields of the schema's PredictedGroups.
    source: str
    """Always predicted."""
    rules: str
    """linux-6.1 for those of Linux 6.1 to 7.2, or pcie-acs-2025."""
    groups: tuple[PredictedGroup, ...]
    """By number."""
    ungrouped: tuple[str, ...]
    """Functions in no group."""
    assumptions: tuple[str, ...]
    """Facts that are not in the input and that the prediction assumes: `ivrs` (the firmware
    of an AMD host has the table IVRS), `root-complex-not-in-ivrs` (the table omits the host
    bridge of each root complex), `several-root-complexes` (an AMD host with several of them
    forms groups like one with a single one), `other-iommu` (an IOMMU that was not compared
    with a kernel forms groups like VT-d), `ids-by-name` (names without IDs are those of
    pci.ids)."""
    changed: tuple[ChangedFunction, ...]
    """Functions that a change of the hardware moves or adds."""
    complete: bool
    """Whether the input is known to include all functions."""
    numbers_certain: bool
    """Whether the group numbers are certain; the members are."""
    undecided: tuple[str, ...]
    """Functions with facts that are not in the input and that change the groups."""
    alternative_groups: tuple[PredictedGroup, ...]
    """The groups if the undecided functions are not isolated."""
    observed: Observed | None
    """The groups of the input, compared; None where the input has none."""
    isolation: Isolation | None
    """The functions that share groups with the devices; None where there are none."""

    _parts = {
        "groups": PredictedGroup._of,
        "changed": ChangedFunction._of,
        "alternative_groups": PredictedGroup._of,
        "observed": Observed._of,
        "isolation": Isolation._of,
    }
    # End of the fields.

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[PredictedGroup]:
        return iter(self.groups)

    def _repr_html_(self) -> str:
        cards = []
        for group in self.groups:
            reasons = {link.a: f"with {link.b}: {link.reason}" for link in group.links}
            members = [(address, reasons.get(address, "")) for address in group.devices]
            cards.append(_card(group.id, "", members))
        rules = html.why(f"rules: {self.rules}")
        return html.fragment(rules, f'<div class="groups">{"".join(cards)}</div>')
