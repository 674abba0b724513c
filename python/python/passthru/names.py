"""Names for ids, ids for names, from the pci.ids in this package.

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

#: Vendor and device id: ``"10de:2d04"``, or two numbers.
Id = Union[str, Tuple[int, int]]

# int() alone would take signs, spaces and underscores, too.
_DIGITS = re.compile("[0-9a-fA-F]{4}")
_PAIR = re.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")


class Named(Value):
    """A device of pci.ids."""

    id: str
    """Its ids: ``10de:2d04``."""
    vendor: str
    """The vendor's name."""
    device: str
    """The device's name."""

    def __str__(self) -> str:
        return f"{self.id} {self.vendor} {self.device}"


def vendor(id: str | int, /) -> str | None:
    """The name of the vendor ``"10de"`` or ``0x10de``; None where there is none."""
    return _passthru.vendor_name(id if isinstance(id, int) else _number(id))


def device(id: Id, /) -> str | None:
    """The name of the device ``"10de:2d04"`` or ``(0x10de, 0x2d04)``; None where there is
    none."""
    if isinstance(id, str):
        return _passthru.device_name(*_pair(id))
    return _passthru.device_name(*id)


def text(id: Id, /) -> str:
    """What lspci prints for a device: both names, or what stands for them where there are
    none."""
    return _passthru.device_text(*(_pair(id) if isinstance(id, str) else id))


def subsystem(id: Id, card: Id, /) -> str | None:
    """The name of the card ``"1043:8a3b"`` that the device ``"10de:2d04"`` is on."""
    first = _pair(id) if isinstance(id, str) else id
    second = _pair(card) if isinstance(card, str) else card
    return _passthru.subsystem_name(*first, *second)


def class_name(class_code: str, /) -> str | None:
    """The name of the class ``"0300"`` or ``"030000"``, without its programming
    interface."""
    return _passthru.class_name(class_code)[0]


def programming_interface(class_code: str, /) -> str | None:
    """The name of the programming interface of the class ``"010802"``."""
    return _passthru.class_name(class_code)[1]


def search(words: str, /) -> tuple[Named, ...]:
    """The devices whose names have all these words."""
    found = _passthru.search_names(words)
    return tuple(Named(f"{one:04x}:{two:04x}", name, device) for one, two, name, device in found)


def origin() -> str:
    """Which pci.ids it is, with its age, for people."""
    return _passthru.names_origin()


def use_newer() -> None:
    """Take the system's pci.ids where it is newer than this package's, as the command
    does, for the rest of the process."""
    _passthru.use_newer_names()


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
