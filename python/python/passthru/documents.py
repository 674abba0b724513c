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
        # None when the input does not show them.
        "bars": Optional[List[Bar]],
    },
)
"""One PCI function."""


class Group(TypedDict):
    """One IOMMU group."""

    id: int
    devices: list[str]
    # Whether these are all its members for certain.
    whole: bool


class Groups(TypedDict):
    """The IOMMU groups of a host."""

    schema: str
    # sysfs, or the command or file; several are joined by commas.
    source: str
    groups: list[Group]
    # Functions of which the input shows no group.
    ungrouped: list[str]
