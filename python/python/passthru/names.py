"""Names for IDs, IDs for names, from the pci.ids in this package.

>>> from passthru import names
>>> names.vendor("10de")
'NVIDIA Corporation'
>>> names.device("10de:1c03")
'GP106 [GeForce GTX 1060 6GB]'
>>> names.class_name("030000")
'VGA compatible controller'
"""

from __future__ import annotations

import re
from typing import Tuple, Union

from . import _passthru
from .errors import InputError
from .values import Value

#: Vendor and device ID: ``"10de:2d04"``, or two numbers.
Id = Union[str, Tuple[int, int]]

# int() alone would accept signs, spaces and underscores, too.
_DIGITS = re.compile("[0-9a-fA-F]{4}")
_PAIR = re.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")


class Named(Value):
    """A device of pci.ids."""

    id: str
    """Its ID: ``10de:2d04``."""
    vendor: str
    """The vendor's name."""
    device: str
    """The device's name."""

    def __str__(self) -> str:
        return f"{self.id} {self.vendor} {self.device}"


class Database:
    """A pci.ids database: by default the one in this package."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        self._names = _passthru.NameDatabase.embedded()

    @classmethod
    def newest(cls) -> Database:
        """The system's database or this package's, whichever is newer, as the command uses
        it."""
        database = cls()
        database._names = _passthru.NameDatabase.newest()
        return database

    def vendor(self, id: str | int, /) -> str | None:
        """The name of the vendor ``"10de"`` or ``0x10de``; None without a name."""
        return self._names.vendor(id if isinstance(id, int) else _number(id))

    def device(self, id: Id, /) -> str | None:
        """The name of the device ``"10de:2d04"`` or ``(0x10de, 0x2d04)``; None without a
        name."""
        return self._names.device(*(_pair(id) if isinstance(id, str) else id))

    def text(self, id: Id, /) -> str:
        """The text that lspci prints for a device: both names, with IDs for missing ones."""
        return self._names.text(*(_pair(id) if isinstance(id, str) else id))

    def subsystem(self, id: Id, card: Id, /) -> str | None:
        """The name of the card ``"1043:8a3b"`` that has the device ``"10de:2d04"``."""
        first = _pair(id) if isinstance(id, str) else id
        second = _pair(card) if isinstance(card, str) else card
        return self._names.subsystem(*first, *second)

    def class_name(self, class_code: str, /) -> str | None:
        """The name of the class ``"0300"`` or ``"030000"``, without its programming
        interface."""
        return self._names.class_name(class_code)[0]

    def programming_interface(self, class_code: str, /) -> str | None:
        """The name of the programming interface of the class ``"010802"``."""
        return self._names.class_name(class_code)[1]

    def search(self, words: str, /) -> tuple[Named, ...]:
        """The devices whose names have all these words."""
        found = self._names.search(words)
        return tuple(Named(f"{one:04x}:{two:04x}", name, device) for one, two, name, device in found)

    def origin(self) -> str:
        """The version and the age of the database, for people."""
        return self._names.origin()


def _number(digits: str) -> int:
    if _DIGITS.fullmatch(digits):
        return int(digits, 16)
    raise InputError(f"expected four hex digits, found {digits!r}")


def _pair(id: str) -> tuple[int, int]:
    found = _PAIR.fullmatch(id)
    if found is None:
        raise InputError(f"expected vendor:device, four hex digits each, found {id!r}")
    first, second = found.groups()
    return int(first, 16), int(second, 16)


_EMBEDDED = Database()

vendor = _EMBEDDED.vendor
device = _EMBEDDED.device
text = _EMBEDDED.text
subsystem = _EMBEDDED.subsystem
class_name = _EMBEDDED.class_name
programming_interface = _EMBEDDED.programming_interface
search = _EMBEDDED.search
origin = _EMBEDDED.origin
