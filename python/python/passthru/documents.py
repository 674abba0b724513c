"""The types of the dicts that ``Host.devices`` and ``Host.groups`` give: what the
command prints with ``--json``. Fields may be added, never renamed."""

from __future__ import annotations

from typing import List, Optional, TypedDict

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
