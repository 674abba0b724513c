"""Option ROMs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Union, cast

from . import _passthru, html
from .values import Document, Value, Word
from .verdict import Verdict

#: Bytes, in any object.
Data = Union[bytes, bytearray, memoryview]


def _bytes(data: Data) -> bytes:
    if not isinstance(cast(object, data), (bytes, bytearray, memoryview)):
        # bytes(5) would be five zero bytes.
        raise TypeError(f"expected bytes, found {type(data).__name__}")
    return bytes(data)


class Acceptance(Word):
    """Whether a consumer accepts an option ROM."""

    # Words of the schema's Acceptance.

    ACCEPTS = "accepts"
    """It accepts the ROM."""
    REFUSES = "refuses"
    """It refuses the ROM."""
    UNKNOWN = "unknown"
    """Not in the input."""


class RomAnswer(Value):
    """Whether one consumer accepts an option ROM."""

    # Fields of the schema's RomAnswer.
    consumer: str
    """linux-sysfs, qemu, seabios, ovmf, secure-boot, nvidia-driver or amd-driver."""
    acceptance: Acceptance
    """Whether it accepts the ROM."""
    reason: str
    """The reason, in a few words."""

    _parts = {"acceptance": Acceptance}
    # End of the fields.


class RomFinding(Value):
    """A finding about an option ROM."""

    # Fields of the schema's RomFinding.
    code: str
    """The stable code."""
    verdict: Verdict
    """What it means."""
    consumer: str | None
    """The consumer concerned; None for all."""
    offset: int | None
    """Its offset in the file; None where there is none."""
    title: str
    """One sentence."""
    remedy: str | None
    """What corrects it, or None."""
    command: str | None
    """The passthru rom command that corrects it, or None."""

    _parts = {"verdict": Verdict}
    # End of the fields.

    def _order(self) -> tuple[Any, ...]:
        # Worst first.
        code, verdict, *rest = super()._order()
        return (verdict, code, *rest)

    def __str__(self) -> str:
        return f"{self.verdict}: {self.title} [{self.code}]"


class RomVerification(Document):
    """The consumers that accept an option ROM, and the findings, worst first."""

    SCHEMA = "passthru-rom-verify/1"

    # Fields of the schema's RomVerification.
    answers: tuple[RomAnswer, ...]
    """The consumers."""
    findings: tuple[RomFinding, ...]
    """Worst first."""

    _parts = {"answers": RomAnswer._of, "findings": RomFinding._of}
    # End of the fields.

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "code",
        "verdict",
        "consumer",
        "offset",
        "title",
        "remedy",
        "command",
    )

    @property
    def has_problem(self) -> bool:
        """Whether a finding is a problem: then ``passthru rom verify`` exits with 1."""
        return any(finding.verdict.is_problem for finding in self.findings)

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each finding, for ``pandas.DataFrame`` and ``polars.DataFrame``."""
        return [finding.to_dict() for finding in self.findings]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[RomFinding]:
        return iter(self.findings)

    def __str__(self) -> str:
        problems = sum(finding.verdict.is_problem for finding in self.findings)
        return f"{len(self.findings)} findings, {problems} problems"

    def _repr_html_(self) -> str:
        rows = [(one.consumer, str(one.acceptance), one.reason) for one in self.answers]
        found = [(str(one.verdict), one.title, one.remedy) for one in self.findings]
        answers = html.table(("consumer", "acceptance", "reason"), rows)
        return answers + html.table(("verdict", "finding", "remedy"), found)


class RomImage(Value):
    """One image of an option ROM."""

    offset: int
    """Its offset in the file, in bytes."""
    length: int
    """Its length by its header, in bytes; the file may end before."""
    code_type: int
    """0 for x86, 1 for Open Firmware, 2 for PA-RISC, 3 for EFI."""
    id: str
    """The ID of its device: ``10de:2d04``."""
    machine: str | None
    """The processor of an EFI image, such as ``X64``; None for others."""
    last: bool
    """Whether it is the last image."""
    checksum_ok: bool | None
    """Whether the checksum of an x86 image is right; None for others."""


class RomChange(Value):
    """One run of bytes that an edit changed."""

    offset: int
    """Its offset in the source."""
    before: bytes
    """The bytes of the source; empty for inserted bytes."""
    after: bytes
    """The new bytes; empty for removed bytes."""
    reason: str
    """The reason."""
    sentence: str = ""
    """The change in words, if it was made here."""

    def __str__(self) -> str:
        return self.sentence or f"{self.offset:#x}: {self.reason}"


class _Made(Value):
    """A result made of bytes, with the JSON of the command."""

    json: str
    """The text that the command prints with ``--json``, byte for byte."""

    def to_json(self) -> str:
        """The text that the command prints with ``--json``, byte for byte."""
        return self.json

    def to_dict(self) -> dict[str, Any]:
        """The document of ``to_json()`` as a dict."""
        return cast("dict[str, Any]", json.loads(self.json))


class RomEdit(_Made):
    """An option ROM after an edit, and the changes."""

    data: bytes
    """The whole ROM after the edit."""
    changes: tuple[RomChange, ...]
    """The differences from the source, by offset: the source with each ``before`` replaced
    by its ``after`` is ``data``."""

    @classmethod
    def _made(
        cls, made: tuple[str, bytes, list[tuple[int, bytes, bytes, str, str]]]
    ) -> RomEdit:
        text, data, changes = made
        return cls(text, data, tuple([RomChange(*change) for change in changes]))

    def __str__(self) -> str:
        return f"{len(self.changes)} changes, {len(self.data)} bytes"


class RomPart(Value):
    """A part that was extracted from a file."""

    offset: int
    """Its offset in the file, in bytes; for a driver, that of its image."""
    data: bytes
    """Its bytes."""

    def __str__(self) -> str:
        return f"{len(self.data)} bytes at {self.offset:#x}"


class RomParts(_Made):
    """Parts that were extracted from a file: the images of an option ROM or their drivers, or
    the option ROMs in another file."""

    parts: tuple[RomPart, ...]
    """The parts, in the order of the file."""

    @classmethod
    def _made(cls, made: tuple[str, list[tuple[int, bytes]]]) -> RomParts:
        text, parts = made
        return cls(text, tuple([RomPart(*part) for part in parts]))

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[RomPart]:
        return iter(self.parts)

    def __str__(self) -> str:
        return f"{len(self.parts)} parts"


class RomDifference(Value):
    """One field in which two option ROMs differ."""

    # Fields of the schema's RomDifference.
    place: str
    """The place: prefix, EFI image 1, board, tail."""
    field: str
    """The field."""
    left: str | None
    """The value in the first ROM, or None."""
    right: str | None
    """The value in the second ROM, or None."""
    # End of the fields.

    def __str__(self) -> str:
        left = "none" if self.left is None else self.left
        right = "none" if self.right is None else self.right
        return f"{self.place}: {self.field}: {left} -> {right}"


class RomDiff(Document):
    """The fields in which two option ROMs differ; empty if they are equal."""

    SCHEMA = "passthru-rom-diff/1"

    # Fields of the schema's RomDiff.
    differences: tuple[RomDifference, ...]
    """The fields."""

    _parts = {"differences": RomDifference._of}
    # End of the fields.

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each difference."""
        return [one.to_dict() for one in self.differences]

    def __len__(self) -> int:
        return len(self.differences)

    def __iter__(self) -> Iterator[RomDifference]:
        return iter(self.differences)

    def __str__(self) -> str:
        return f"{len(self.differences)} differences"


class Rom:
    """A parsed option ROM. Any bytes are accepted: ``verify()`` returns their defects, and
    without an image ``images`` is empty.

    >>> Rom(b"no ROM").images
    ()
    """

    __slots__ = ("_rom",)
    __match_args__ = ("images",)

    _rom: _passthru.Rom

    def __init__(self, data: Data) -> None:
        object.__setattr__(self, "_rom", _passthru.Rom.from_bytes(_bytes(data)))

    @staticmethod
    def from_bytes(data: Data) -> Rom:
        """The ROM in these bytes."""
        return Rom(data)

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> Rom:
        """The ROM in a file."""
        rom = object.__new__(Rom)
        object.__setattr__(rom, "_rom", _passthru.Rom.from_file(path))
        return rom

    @staticmethod
    def dump(address: str, *, root: str | os.PathLike[str] = "/") -> Rom:
        """The ROM of the card at ``address``, such as ``01:00.0``, read by the kernel, as
        ``passthru rom dump`` reads it: the ROM is enabled in sysfs, read, and disabled again,
        also after a failure or an exception of a signal handler. Nothing else is written.
        ``data`` are the bytes to write to a file.

        ``root`` is a directory with a host's ``sys``; in a copied one nothing is enabled. A
        copy that firmware ran and changed is refused, since a guest cannot use it:
        ``RomDumpError`` has the remedy.
        """
        rom = object.__new__(Rom)
        object.__setattr__(rom, "_rom", _passthru.Rom.dump(address, root))
        return rom

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self._rom.data()

    @property
    def images(self) -> tuple[RomImage, ...]:
        """The images of PCI's chain. The document of ``to_dict()`` has more of each, and
        the images of NVIDIA's own chain."""
        return tuple([RomImage(*image) for image in self._rom.images()])

    @property
    def prefix_length(self) -> int:
        """The number of bytes before the first image: 0 if firmware finds the ROM."""
        return self._rom.prefix_length()

    @property
    def tail_length(self) -> int:
        """The number of bytes after the last image."""
        return self._rom.tail_length()

    def verify(self, ids: str | None = None, guest: str | None = None) -> RomVerification:
        """Which consumers accept the ROM for a card and a guest, which refuse it, and why.

        ``ids`` are the card's IDs as ``vendor:device`` or
        ``vendor:device:subvendor:subdevice``, four hex digits each; ``guest`` is the
        guest's firmware: ``ovmf``, ``seabios`` or ``both``. None is unknown: the verdict
        then does not depend on it.
        """
        return RomVerification._of_json(self._rom.verify(ids, guest))

    def patch_ids(self, ids: str, images: str = "all") -> RomEdit:
        """Write this ID, as ``vendor:device``, into the images; correct checksums remain
        correct. Here and below ``images`` is ``all``, ``legacy``, ``efi``, an image's
        number from 0, or its offset as ``0xfc00``."""
        return RomEdit._made(self._rom.patch_ids(ids, images))

    def fix_checksum(self, images: str = "all", at: int | None = None) -> RomEdit:
        """Correct the checksum of x86 images with the byte at the offset ``at`` or, without
        one, with the vendor's checksum byte."""
        return RomEdit._made(self._rom.fix_checksum(images, at))

    def set_last(self, images: str = "all") -> RomEdit:
        """Set the last-image indicator in the last of the images only."""
        return RomEdit._made(self._rom.set_last(images))

    def drop(self, images: str) -> RomEdit:
        """Remove the images from the chain."""
        return RomEdit._made(self._rom.drop(images))

    def trim(self, tail: str = "keep") -> RomEdit:
        """Cut off the bytes before the first image, and those after the last image as in
        ``tail``: ``keep``, ``pci`` or ``nvidia``."""
        return RomEdit._made(self._rom.trim(tail))

    def add_efi(
        self,
        driver: Data,
        ids: str | None = None,
        *,
        device_list: str | Iterable[str] = (),
        class_code: str | None = None,
        revision: int = 0,
        compress: bool = False,
    ) -> RomEdit:
        """Add an image with an EFI driver after the others.

        ``ids``, as ``vendor:device``, and ``class_code``, six hex digits, are those of the
        function; None for those of the first image. ``device_list`` has further device IDs,
        in hex; ``revision`` is the vendor's revision of the code. A signature remains valid
        whether the driver is compressed or not.
        """
        made = self._rom.add_efi(
            _bytes(driver),
            ids,
            device_list=device_list,
            class_code=class_code,
            revision=revision,
            compress=compress,
        )
        return RomEdit._made(made)

    def extract(self, images: str = "all", form: str = "image") -> RomParts:
        """Extract images, each as a part.

        ``form`` selects the content: ``image``, the whole image; ``stored``, the driver of an
        EFI image as in the file; ``driver``, that driver ready to load.
        """
        return RomParts._made(self._rom.extract(images, form))

    def ssdt(self, device: str, images: str = "all") -> bytes:
        r"""The ACPI table whose method ``_ROM`` returns the images to the driver of a device
        in a guest, named by its full path such as ``\_SB.PCI0.S08.S00``, for QEMU's
        ``-acpitable file=``. The images must be adjacent."""
        return self._rom.ssdt(device, images)

    def ssdt_source(self, device: str, images: str = "all") -> str:
        """The source of the table of ``ssdt()``, for ``iasl``."""
        return self._rom.ssdt_source(device, images)

    def diff(self, other: Rom) -> RomDiff:
        """The fields in which another ROM differs from this one."""
        return RomDiff._of_json(self._rom.diff(other._rom))

    def drivers(self, images: str = "efi") -> list[tuple[int, bytes]]:
        """The EFI drivers in the images, ready to load, by the images' numbers."""
        return self._rom.drivers(images)

    def to_rom_parser_text(self) -> str:
        """The output of Alex Williamson's rom-parser for it."""
        return self._rom.to_rom_parser_text()

    def to_json(self) -> str:
        """The text that ``passthru rom info --json`` prints, byte for byte."""
        return self._rom.to_json()

    def to_dict(self) -> dict[str, Any]:
        """The document of ``to_json()`` as a dict."""
        return cast("dict[str, Any]", json.loads(self.to_json()))

    def __bytes__(self) -> bytes:
        return self.data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rom) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Rom.{name} cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return Rom, (self.data,)

    def __repr__(self) -> str:
        return f"<passthru.Rom: {len(self.images)} images, {len(self.data)} bytes>"


def build_rom(
    sources: Iterable[Data],
    ids: str | None = None,
    *,
    device_list: str | Iterable[str] = (),
    class_code: str | None = None,
    revision: int = 0,
    compress: bool = False,
) -> RomEdit:
    """Build an option ROM from images of other ROMs and from EFI drivers, in their order.

    ``sources`` are the bytes of each; a source that starts with ``MZ`` or ``VZ`` is a driver.
    The fields of the new images are as in ``Rom.add_efi()``: None for those of the first of
    the ROMs.
    """
    made = _passthru.build_rom(
        [_bytes(source) for source in sources],
        ids,
        device_list=device_list,
        class_code=class_code,
        revision=revision,
        compress=compress,
    )
    return RomEdit._made(made)


def carve_roms(firmware: Data) -> RomParts:
    """Find the option ROMs inside another file, such as the firmware of a board. Most
    ROMs in firmware are compressed; those are not found."""
    return RomParts._made(_passthru.carve_roms(_bytes(firmware)))


def vfct_roms(table: Data) -> RomParts:
    """Extract the video BIOSes from an ACPI table VFCT, in which AMD's firmware provides them
    to the operating system: on Linux ``/sys/firmware/acpi/tables/VFCT``."""
    return RomParts._made(_passthru.vfct_roms(_bytes(table)))
