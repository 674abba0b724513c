"""The PCI functions of a host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import html
from .values import Document, Value, Word


class Bar(Value):
    """A base address register."""

    # Fields of the schema's Bar.
    bar: int
    """Its number, from 0."""
    size: int | None
    """Its size in bytes."""
    kind: str
    """The address space. One of io, memory."""
    prefetchable: bool
    """Whether it is prefetchable."""
    is_64_bit: bool
    """Whether it is a 64-bit BAR."""
    resizable_to: tuple[int, ...]
    """The sizes that it can be resized to, in bytes."""
    # End of the fields.


class ResetQuirkKind(Word):
    """A kind of reset quirk."""

    # Words of the schema's ResetQuirkKind.

    NO_BUS_RESET = "no-bus-reset"
    """A bus reset must not be used."""
    NO_PM_RESET = "no-pm-reset"
    """A power state transition does not reset it."""
    NO_FLR = "no-flr"
    """Its function-level reset does not work."""
    DEVICE_SPECIFIC = "device-specific"
    """The kernel has a device-specific reset for it."""
    VENDOR_RESET = "vendor-reset"
    """The module vendor-reset has a reset for it."""
    REPORTED = "reported"
    """It is reported not to recover from resets."""


class ResetQuirk(Value):
    """A known quirk of a function's reset."""

    # Fields of the schema's ResetQuirk.
    quirk: ResetQuirkKind
    """The quirk."""
    description: str
    """The quirk in words."""
    source: str
    """The source of the fact."""

    _parts = {"quirk": ResetQuirkKind}
    # End of the fields.


class BusReset(Value):
    """The effect of a bus reset."""

    # Fields of the schema's BusReset.
    bridge: str | None
    """The bridge that resets the bus; None where there is none."""
    also_resets: tuple[str, ...]
    """The other functions that are reset."""
    prevented_by: str | None
    """The function that prevents the reset in Linux, or None."""
    # End of the fields.


class Mmio(Value):
    """The MMIO space that a function needs in a guest, in bytes."""

    # Fields of the schema's Mmio.
    low: int
    """Below 4 GiB."""
    high: int
    """Above 4 GiB."""
    high_resized: int
    """Above 4 GiB, with every BAR at its largest size."""
    high_window: int
    """The smallest 64-bit MMIO window with room for high, a power of two."""
    # End of the fields.


class ReservedMemory(Value):
    """Memory that the firmware reserves for a function."""

    # Fields of the schema's ReservedMemory.
    first: str
    """The first address, in hex."""
    last: str
    """The last address, in hex."""
    relaxable: bool
    """Whether the function can be assigned nevertheless."""
    # End of the fields.


class Device(Value):
    """One PCI function."""

    # Fields of the schema's Device.
    address: str
    """Its address."""
    vendor: str | None
    """Vendor ID."""
    device: str | None
    """Device ID."""
    subsystem: str | None
    """The vendor and device ID of the card."""
    class_code: str | None
    """The class code, six hex digits; four without the programming interface."""
    revision: str | None
    """The revision, two hex digits."""
    vendor_name: str | None
    """The name in pci.ids, or None."""
    device_name: str | None
    """The name in pci.ids, or None."""
    driver: str | None
    """The bound driver; None for none and for not in the input."""
    driver_known: bool
    """Whether the input shows the bound driver, or that there is none."""
    modules: tuple[str, ...]
    """The kernel modules that match it."""
    iommu_group: int | None
    """The number of its IOMMU group; None where not in the input, or where the sources
    disagree."""
    parent: str | None
    """The upstream bridge; None on a root bus and where not in the input."""
    root_port: str | None
    """The first bridge downstream of the root bus."""
    physical_slot: str | None
    """The slot as the firmware names it, or None."""
    reset_methods: tuple[str, ...] | None
    """The reset methods, in the order in which the kernel tries them; None where not in the
    input."""
    reset_quirks: tuple[ResetQuirk, ...]
    """The known quirks of its reset."""
    bus_reset: BusReset | None
    """The effect of a reset of its bus; None where not in the input."""
    bars: tuple[Bar, ...] | None
    """The base address registers; None where not in the input."""
    mmio: Mmio | None
    """The MMIO space that it needs in a guest; None where not in the input."""
    reserved_memory: tuple[ReservedMemory, ...] | None
    """Memory that the firmware reserves for it; None where not in the input."""

    _parts = {
        "reset_quirks": ResetQuirk._of,
        "bus_reset": BusReset._of,
        "bars": Bar._of,
        "mmio": Mmio._of,
        "reserved_memory": ReservedMemory._of,
    }
    # End of the fields.

    @property
    def id(self) -> str | None:
        """Vendor and device ID: ``10de:2d04``."""
        if self.vendor is None or self.device is None:
            return None
        return f"{self.vendor}:{self.device}"

    @property
    def name(self) -> str:
        """Its name, or its ID."""
        named = [name for name in (self.vendor_name, self.device_name) if name]
        return " ".join(named) or self.id or "unknown"

    def __str__(self) -> str:
        return f"{self.address} {self.name}"


class DeviceWithoutAddress(Value):
    """A function without an address in the input, as Windows lists it; None is what is not in
    the input."""

    # Fields of the schema's DeviceWithoutAddress.
    vendor: str | None
    """Vendor ID."""
    device: str | None
    """Device ID."""
    subsystem: str | None
    """The vendor and device ID of the card."""
    class_code: str | None
    """The class code."""
    revision: str | None
    """The revision."""
    name: str | None
    """Its name."""
    driver: str | None
    """The bound driver."""
    location_path: str | None
    """Its location path."""
    present: bool | None
    """Whether it is present."""
    # End of the fields.


class Branch(Value):
    """A function and the functions downstream of it."""

    device: Device
    """The function."""
    below: tuple[Branch, ...]
    """The downstream functions, by address; empty unless it is a bridge."""


class DeviceList(Document):
    """The PCI functions of a host, by address."""

    SCHEMA = "passthru-list/1"

    # Fields of the schema's DeviceList.
    devices: tuple[Device, ...]
    """By address."""
    without_address: tuple[DeviceWithoutAddress, ...]
    """Functions without an address in the input; empty where devices were named."""

    _parts = {"devices": Device._of, "without_address": DeviceWithoutAddress._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "address",
        "vendor",
        "device",
        "subsystem",
        "class",
        "revision",
        "vendor_name",
        "device_name",
        "driver",
        "driver_known",
        "modules",
        "iommu_group",
        "parent",
        "root_port",
        "physical_slot",
        "reset_methods",
        "bar_bytes",
    )

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each function, for ``pandas.DataFrame`` and ``polars.DataFrame``:
        several modules or reset methods are joined by spaces, and ``bar_bytes`` is the sum
        of the sizes of the memory BARs."""
        rows: list[dict[str, Any]] = []
        for device in self.devices:
            document = device.to_dict()
            row: dict[str, Any] = {name: document.get(name) for name in self.COLUMNS}
            row["modules"] = " ".join(device.modules)
            methods = device.reset_methods
            row["reset_methods"] = None if methods is None else " ".join(methods)
            if device.bars is not None:
                sizes = [bar.size or 0 for bar in device.bars if bar.kind == "memory"]
                row["bar_bytes"] = sum(sizes)
            rows.append(row)
        return rows

    def topology(self) -> tuple[Branch, ...]:
        """The PCI tree: the functions without an upstream bridge in this list, each with the
        functions downstream of it."""
        below: dict[str | None, list[Device]] = {}
        known = {device.address for device in self.devices}
        for device in self.devices:
            parent = device.parent if device.parent in known else None
            below.setdefault(parent, []).append(device)
        # Children are made before their parents: a topology can be deep.
        made: dict[str, Branch] = {}
        waiting = list(below.get(None, []))
        order: list[Device] = []
        while waiting:
            device = waiting.pop()
            order.append(device)
            waiting.extend(below.get(device.address, []))
        for device in reversed(order):
            inner = [made[one.address] for one in below.get(device.address, [])]
            made[device.address] = Branch(device, tuple(inner))
        return tuple([made[device.address] for device in below.get(None, [])])

    def __len__(self) -> int:
        return len(self.devices)

    def __iter__(self) -> Iterator[Device]:
        return iter(self.devices)

    def __getitem__(self, address: str) -> Device:
        """The function at this address, with its domain or, in domain 0, without."""
        for device in self.devices:
            if device.address in (address, f"0000:{address}"):
                return device
        raise KeyError(address)

    def __str__(self) -> str:
        return f"{len(self.devices)} PCI functions"

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = []
        waiting = [(branch, 0) for branch in reversed(self.topology())]
        while waiting:
            branch, depth = waiting.pop()
            device = branch.device
            indent = "  " * depth + ("└ " if depth else "")
            group = device.iommu_group
            rows.append((indent + device.address, device.id, group, device.driver, device.name))
            waiting.extend((one, depth + 1) for one in reversed(branch.below))
        head = ("address", "id", "group", "driver", "name")
        return html.table(head, rows, caption=str(self))
