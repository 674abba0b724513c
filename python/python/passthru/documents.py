"""The types of the dicts that ``Host.devices`` and ``Host.groups`` give: what the
command prints with ``--json``. Fields may be added, never renamed."""

from __future__ import annotations

from typing import List, Optional, TypedDict


class Bar(TypedDict):
    """A base address register."""

    # Its number, 0 to 5.
    bar: int
    # In bytes.
    size: Optional[int]
    # "io" or "memory".
    kind: str
    # Whether it may be read ahead.
    prefetchable: bool
    # Whether it may lie above 4 GiB.
    is_64_bit: bool
    # The sizes that it can be given, in bytes; none where it cannot be resized.
    resizable_to: List[int]


class ResetKnown(TypedDict):
    """What is special about the reset of a function."""

    # "no-bus-reset", "no-pm-reset", "no-flr", "own-method", "vendor-reset" or
    # "reported".
    fault: str
    # What the function is.
    what: str
    source: str


class BusReset(TypedDict):
    """What a reset of a function's bus does."""

    # The bridge that does it; None where there is none.
    bridge: Optional[str]
    # What it takes along, the function itself left out.
    takes: List[str]
    # The function because of which Linux does none.
    hangs: Optional[str]


class Mmio(TypedDict):
    """Address space that memory needs in a guest, in bytes."""

    # Below and above 4 GiB.
    low: int
    high: int
    # Above, where each BAR has its largest size.
    high_largest: int
    # The smallest power of two that has room for what is above.
    high_window: int


class ReservedMemory(TypedDict):
    """Memory that the firmware keeps for a function."""

    # In hex.
    first: str
    last: str
    # Whether the kernel lets go of it when a guest takes the function; where not, no
    # guest gets it.
    relaxable: bool


ListedDevice = TypedDict(
    "ListedDevice",
    {
        # Where it is: 0000:01:00.0.
        "address": str,
        # Vendor and device ids, four hex digits each.
        "vendor": Optional[str],
        "device": Optional[str],
        # The ids of the card that it is on: 1043:8a3b.
        "subsystem": Optional[str],
        # Six hex digits; four where the programming interface is not shown.
        "class": Optional[str],
        # Two hex digits.
        "revision": Optional[str],
        "vendor_name": Optional[str],
        "device_name": Optional[str],
        # The driver that holds it: None both for none and for not shown.
        "driver": Optional[str],
        # Whether the input shows who holds it.
        "driver_known": bool,
        # The modules that can drive it.
        "modules": List[str],
        # None when the input shows none.
        "iommu_group": Optional[int],
        # The bridge that it is behind: None on a root bus, and where not shown.
        "parent": Optional[str],
        # The first bridge on the way from the root bus.
        "root_port": Optional[str],
        # As the firmware names it.
        "physical_slot": Optional[str],
        # As the kernel tries them; None when the input does not show them.
        "reset_methods": Optional[List[str]],
        "reset_known": List[ResetKnown],
        # None in a list of all functions, and when the input does not show it.
        "bus_reset": Optional[BusReset],
        # None when the input does not show them.
        "bars": Optional[List[Bar]],
        "mmio": Optional[Mmio],
        "reserved_memory": Optional[List[ReservedMemory]],
    },
)
"""One PCI function."""


class GroupMember(TypedDict):
    """How a member of a group stands to giving the group to a guest."""

    address: str
    # "ready", "harmless", "blocks" or "unknown".
    standing: str
    # The driver that blocks.
    driver: Optional[str]


class Loss(TypedDict):
    """Something that the host loses where a guest gets a function."""

    address: str
    # "file-system", "network" or "boot-display".
    kind: str
    # Where the file system is mounted, or the name of the interface.
    name: Optional[str]


class Group(TypedDict):
    """One IOMMU group."""

    id: int
    devices: list[str]
    # Whether these are all its members for certain.
    whole: bool
    # "viable", "not-viable" or "unknown": whether it can go to a guest as it is.
    viability: str
    members: list[GroupMember]
    # What the host would lose with it, as far as the input shows.
    losses: list[Loss]


class Groups(TypedDict):
    """The IOMMU groups of a host."""

    schema: str
    # sysfs, or the command or file; several are joined by commas.
    source: str
    groups: list[Group]
    # Functions of which the input shows no group.
    ungrouped: list[str]


class Reason(TypedDict):
    """Why one function shares the group of another."""

    # The one that joined, and the one whose group it joined.
    a: str
    b: str
    reason: str


class PredictedGroup(TypedDict):
    """One predicted group."""

    id: int
    devices: list[str]
    because: list[Reason]


class Observed(TypedDict):
    """How the groups of the input compare with the prediction."""

    same: bool
    merged: list[list[str]]
    apart: list[list[str]]
    cause: Optional[str]


class SharingFunction(TypedDict):
    """A function that shares a group with a device that was asked for."""

    address: str
    # Chains of reasons: something of each must change to part it.
    reasons: list[list[Reason]]
    # Functions on these chains that the ACS override does not change.
    not_overridden: list[str]


class GroupChange(TypedDict):
    """Something that can be changed."""

    # The port behind which the card would go, where it is that.
    move_below: Optional[str]
    # The kernel option, where it is that.
    option: Optional[str]
    # What would still share the group.
    others: list[str]


class Parting(TypedDict):
    """What shares groups with some devices, and what would part it."""

    devices: list[str]
    others: list[SharingFunction]
    # The gentlest first.
    changes: list[GroupChange]


PredictedGroups = TypedDict(
    "PredictedGroups",
    {
        "schema": str,
        # "predicted".
        "source": str,
        # "linux-6.1", the rules of Linux 6.1 to 7.2, or "pcie-acs-2025".
        "rules": str,
        "groups": List[PredictedGroup],
        # Functions in no group.
        "ungrouped": List[str],
        # Whether the input is known to show all functions, each of which counts.
        "shows_all_functions": bool,
        # Whether the numbers are sure.
        "numbers_sure": bool,
        # What the input leaves open, and the groups if that is not isolated.
        "undecided": List[str],
        "or": List[PredictedGroup],
        # None where the input shows no groups, or something else was asked for.
        "observed": Optional[Observed],
        # None where no devices were asked for.
        "parting": Optional[Parting],
    },
)
"""The IOMMU groups that Linux would form of a host."""
