"""The output of ``lspci``, in any of its forms, also damaged by a forum or an e-mail.

>>> from passthru import lspci
>>> listing = lspci.parse('''Slot:	01:00.0
... Class:	VGA compatible controller [0300]
... Vendor:	NVIDIA Corporation [10de]
... Device:	GB206 [GeForce RTX 5060 Ti] [2d04]
... Driver:	vfio-pci
... Module:	nouveau
... IOMMUGroup:	12
... ''')
>>> listing[0].id, listing[0].driver, listing[0].iommu_group
('10de:2d04', 'vfio-pci', 12)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, overload

from . import _passthru, html
from .values import Value


class Damage(Value):
    """A damage of a text that is still readable."""

    line: int
    """The number of the line, from 1."""
    kind: str
    """``lost-line-breaks``, ``cut-name``, ``orphan-field``, ``rewritten`` or ``wrapped``."""


class Record(Value):
    """One function of a listing; None for a value that is not in the text."""

    address: str | None
    """Its address, with its domain; None downstream of a bridge whose bus is not in the text."""
    has_domain: bool
    """Whether the text has the domain."""
    line: int
    """The number of its first line, from 1."""
    physical_slot: str | None
    """The slot that the platform numbers so."""
    class_code: str | None
    """Six hex digits; four if the programming interface is not in the text."""
    class_name: str | None
    """The class's name."""
    id: str | None
    """Vendor and device ID: ``10de:2d04``."""
    name: str | None
    """Vendor and device name as one text."""
    vendor_name: str | None
    """The vendor's name, if the form separates both names."""
    revision: int | None
    """The revision; lspci prints none when it is 0."""
    subsystem: str | None
    """Subsystem vendor and subsystem ID."""
    subsystem_name: str | None
    """The name of the subsystem."""
    device_name: str | None
    """The firmware's label for the function (``DeviceName:``)."""
    driver: str | None
    """The bound driver."""
    is_whole: bool
    """Whether its lines are complete: without a line for the driver, it has none."""
    modules: tuple[str, ...] | None
    """The kernel modules that match it."""
    iommu_group: int | None
    """The IOMMU group."""
    numa_node: int | None
    """The NUMA node that it is nearest to."""


class Listing(Sequence[Record]):
    """The functions of a listing: a sequence that makes each record on access."""

    __slots__ = ("_rows", "_text")

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = Record.__match_args__
    _rows: _passthru.Rows
    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "_rows", _passthru.parse_lspci(text))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Listing.{name} cannot be changed")

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int, /) -> Record: ...

    @overload
    def __getitem__(self, index: slice, /) -> tuple[Record, ...]: ...

    def __getitem__(self, index: int | slice, /) -> Record | tuple[Record, ...]:
        if isinstance(index, slice):
            return tuple([self._record(one) for one in range(*index.indices(len(self)))])
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError("no such record")
        return self._record(index)

    def __iter__(self) -> Iterator[Record]:
        return map(self._record, range(len(self)))

    def _record(self, index: int) -> Record:
        record = object.__new__(Record)
        for write, value in zip(_WRITERS, self._rows.row(index)):
            write(record, value)
        return record

    @property
    def damage(self) -> tuple[Damage, ...]:
        """The damage of the text."""
        return tuple(Damage(line, kind) for line, kind in self._rows.damage())

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each function, for ``pandas.DataFrame`` and ``polars.DataFrame``."""
        return self._rows.dicts(self.COLUMNS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listing) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return Listing, (self._text,)

    def __repr__(self) -> str:
        return f"<passthru.lspci.Listing: {len(self)} functions>"

    def _repr_html_(self) -> str:
        head = ("address", "id", "driver", "name")
        rows = [(one.address, one.id, one.driver, one.name) for one in self]
        return html.table(head, rows, caption=f"{len(self)} functions")


#: The writers of the fields' slots, in their order.
_WRITERS = tuple([vars(Record)[name].__set__ for name in Record.__match_args__])


def from_dump(text: str, *options: str, pciutils: str | None = None) -> str:
    """The output of ``lspci -F`` with these options, for a dump of ``lspci -x``, ``-xxx`` or
    ``-xxxx``."""
    return _passthru.lspci_dump(text, options, pciutils)


def parse(text: str | bytes | bytearray | memoryview, /) -> Listing:
    """Parse the output of ``lspci``, in any form. It never fails: other lines are skipped,
    and ``damage`` lists the damaged ones."""
    if not isinstance(text, str):
        text = bytes(text).decode("utf-8", "replace")
    try:
        return Listing(text)
    except UnicodeEncodeError:
        # Lone surrogates, such as those of ``errors="surrogateescape"``.
        return Listing(text.encode("utf-8", "replace").decode("utf-8"))
