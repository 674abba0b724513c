"""The PCI functions of a host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from . import html
from .values import Document, Value, Word


class Bar(Value):
    """A base address register."""

    bar: int
    """Its number, 0 to 5."""
    size: int | None
    """In bytes."""
    kind: str
    """``io`` or ``memory``."""
    prefetchable: bool
    """Whether it may be read ahead."""
    is_64_bit: bool
    """Whether it may lie above 4 GiB."""
    resizable_to: tuple[int, ...]
    """The sizes that it can be given, in bytes; none where it cannot be resized."""


class ResetFault(Word):
    """What is special about a reset."""

    NO_BUS_RESET = "no-bus-reset"
    """A reset of its bus is not to be done."""
    NO_PM_RESET = "no-pm-reset"
    """Its power states reset nothing."""
    NO_FLR = "no-flr"
    """Its function level reset does not work."""
    OWN_METHOD = "own-method"
    """The kernel has a way for this function alone."""
    VENDOR_RESET = "vendor-reset"
    """The module vendor-reset has a way."""
    REPORTED = "reported"
    """It is reported not to come back from resets."""


class ResetKnown(Value):
    """What is special about the reset of a function."""

    fault: ResetFault
    """What."""
    what: str
    """What the function is."""
    source: str
    """Where that stands."""

    _parts = {"fault": ResetFault}


class BusReset(Value):
    """What a reset of a function's bus does."""

    bridge: str | None
    """The bridge that does it; None where there is none."""
    takes: tuple[str, ...]
    """What it takes along, the function itself left out."""
    hangs: str | None
    """The function because of which Linux does none."""


class Mmio(Value):
    """Address space that memory needs in a guest, in bytes."""

    low: int
    """Below 4 GiB."""
    high: int
    """Above."""
    high_largest: int
    """Above, where each BAR has its largest size."""
    high_window: int
    """The smallest power of two that has room for what is above."""


class ReservedMemory(Value):
    """Memory that the firmware keeps for a function."""

    first: str
    """Its first address, in hex."""
    last: str
    """Its last address, in hex."""
    relaxable: bool
    """Whether the kernel lets go of it when a guest takes the function; where not, no
    guest gets it."""


class Device(Value):
    """One PCI function."""

    address: str
    """Where it is: ``0000:01:00.0``."""
    vendor: str | None
    """The vendor id, four hex digits."""
    device: str | None
    """The device id, four hex digits."""
    subsystem: str | None
    """The ids of the card that it is on: ``1043:8a3b``."""
    class_code: str | None
    """The class: six hex digits; four where the programming interface is not shown.
    ``class`` in JSON."""
    revision: str | None
    """Two hex digits."""
    vendor_name: str | None
    """From pci.ids; None where it has none."""
    device_name: str | None
    """From pci.ids; None where it has none."""
    driver: str | None
    """The driver that holds it: None both for none and for not shown."""
    driver_known: bool
    """Whether the input shows who holds it."""
    modules: tuple[str, ...]
    """The modules that can drive it."""
    iommu_group: int | None
    """None when the input shows none."""
    parent: str | None
    """The bridge that it is behind: None on a root bus, and where not shown."""
    root_port: str | None
    """The first bridge on the way from the root bus."""
    physical_slot: str | None
    """As the firmware names it."""
    reset_methods: tuple[str, ...] | None
    """As the kernel tries them; None when the input does not show them."""
    reset_known: tuple[ResetKnown, ...]
    """What is special about its reset, by its ids."""
    bus_reset: BusReset | None
    """None when the input does not show it, and where a list would name too many
    functions so."""
    bars: tuple[Bar, ...] | None
    """None when the input does not show them."""
    mmio: Mmio | None
    """None when the input does not show it."""
    reserved_memory: tuple[ReservedMemory, ...] | None
    """None when the input does not show it."""

    _words = {"class_code": "class"}
    _parts = {
        "reset_known": ResetKnown._of,
        "bus_reset": BusReset._of,
        "bars": Bar._of,
        "mmio": Mmio._of,
        "reserved_memory": ReservedMemory._of,
    }

    @property
    def id(self) -> str | None:
        """Vendor and device id: ``10de:2d04``."""
        if self.vendor is None or self.device is None:
            return None
        return f"{self.vendor}:{self.device}"

    @property
    def name(self) -> str:
        """What it is called, or its ids."""
        named = [name for name in (self.vendor_name, self.device_name) if name]
        return " ".join(named) or self.id or "not shown"

    def __str__(self) -> str:
        return f"{self.address} {self.name}"


class Unplaced(Value):
    """A function whose address the input does not show, as Windows lists them; what is
    not shown is None."""

    vendor: str | None
    """The vendor id."""
    device: str | None
    """The device id."""
    subsystem: str | None
    """The card that it is on."""
    class_code: str | None
    """The class; ``class`` in JSON."""
    revision: str | None
    """Two hex digits."""
    name: str | None
    """The name that the source prints."""
    driver: str | None
    """The driver."""
    location_path: str | None
    """The way to it from its root bridge, as Windows writes it."""
    present: bool | None
    """Whether it is in the machine now."""

    _words = {"class_code": "class"}


class Branch(Value):
    """A function and what is behind it."""

    device: Device
    """The function."""
    below: tuple[Branch, ...]
    """What is behind it, by address; nothing behind what is no bridge."""


class Devices(Document):
    """The PCI functions of a host, by address."""

    SCHEMA = "passthru-list/1"

    devices: tuple[Device, ...]
    """The functions."""
    unplaced: tuple[Unplaced, ...]
    """Functions whose addresses the input does not show."""

    _parts = {"devices": Device._of, "unplaced": Unplaced._of}
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
        """A flat row for each function, as ``pandas.DataFrame`` and ``polars.DataFrame``
        take them: of several modules or reset methods a text with spaces between, and
        ``bar_bytes``, the sizes of the memory BARs together."""
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
        """What hangs on which bridge: the functions that no other of these is above, each
        with what is behind it."""
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
