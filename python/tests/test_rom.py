"""Option ROMs."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import passthru
import pytest
from passthru import Rom, Verdict


def image(code_type: int, last: bool) -> bytes:
    """An image of 1 KiB for 10de:2d04."""
    data = bytearray(1024)
    data[:3] = b"\x55\xaa\x02"
    data[0x18] = 0x40
    if code_type == 3:
        data[3:8] = b"\0" + struct.pack("<I", 0x0EF1)
        data[8:14] = struct.pack("<HHH", 0x0B, 0x8664, 0)
        data[0x16] = 0xC0
        # A terse executable without sections.
        data[0xC0:0xC8] = b"VZ\x64\x86\0\x0b\x28\0"
    structure = struct.pack("<4sHHHHB3sHHBB", b"PCIR", 0x10DE, 0x2D04, 0, 0x18, 0, b"\0\0\3", 2, 1,
                            code_type, 0x80 if last else 0)
    data[0x40 : 0x40 + len(structure)] = structure
    if code_type == 0:
        data[1023] = -sum(data) % 256
    return bytes(data)


CARD = image(0, False) + image(3, True)


def test_a_rom_is_taken_apart(tmp_path: Path) -> None:
    rom = Rom.from_bytes(b"\xff" * 32 + CARD + b"tail")
    assert (rom.prefix_length, rom.tail_length) == (32, 4)
    x86, efi = rom.images
    assert (x86.offset, x86.length, x86.code_type, x86.id) == (32, 1024, 0, "10de:2d04")
    assert (x86.machine, x86.checksum_ok, x86.last) == (None, True, False)
    assert (efi.machine, efi.checksum_ok, efi.last) == ("X64", None, True)
    assert rom.to_dict() == json.loads(rom.to_json())
    assert rom.to_dict()["schema"] == "passthru-rom/1"
    path = tmp_path / "vbios.rom"
    path.write_bytes(CARD)
    assert Rom.from_file(path) == Rom.from_bytes(CARD)
    assert Rom.from_file(path).to_rom_parser_text().startswith("Valid ROM signature found @0h")
    with pytest.raises(FileNotFoundError):
        Rom.from_file(tmp_path / "none.rom")
    assert Rom.from_bytes(b"").images == ()
    assert repr(Rom.from_bytes(CARD)) == "<passthru.Rom: 2 images, 2048 bytes>"


def test_who_takes_it() -> None:
    report = Rom.from_bytes(CARD).verify("10de:2d04", guest="seabios")
    answers = {answer.consumer: answer.acceptance for answer in report.answers}
    assert answers["linux-sysfs"] == answers["qemu"] == answers["seabios"] == "accepts"
    # The EFI image here has no driver.
    assert answers["ovmf"] == "refuses"
    assert not report.has_fault
    report = Rom.from_bytes(image(0, True)).verify(guest="ovmf")
    assert report.has_fault
    (finding,) = report
    assert (finding.code, finding.verdict, finding.consumer) == (
        "rom-no-efi",
        Verdict.BLOCKER,
        "ovmf",
    )
    assert finding.remedy is not None and finding.offset is None
    assert str(finding) == f"blocker: {finding.text} [rom-no-efi]"
    assert passthru.explain(finding.code) is not None
    document = report.to_dict()
    assert document == json.loads(report.to_json())
    assert document["findings"][0]["code"] == "rom-no-efi"
    assert len(report) == 1 and report == Rom.from_bytes(image(0, True)).verify(guest="ovmf")


def test_wrong_words_are_named() -> None:
    rom = Rom.from_bytes(CARD)
    with pytest.raises(passthru.InputError, match="ids: expected vendor:device"):
        rom.verify("10de")
    with pytest.raises(passthru.InputError, match='found "bios"'):
        rom.verify(guest="bios")  # type: ignore[arg-type]


def applied(source: bytes, edit: passthru.RomEdit) -> bytes:
    """The source with each change made in it."""
    parts, at = [], 0
    for change in edit.changes:
        end = change.offset + len(change.before)
        assert source[change.offset : end] == change.before and change.why
        parts += [source[at : change.offset], change.after]
        at = end
    return b"".join([*parts, source[at:]])


def test_edits_give_new_bytes_and_their_changes() -> None:
    rom = Rom.from_bytes(CARD)
    edits = {
        "patch_ids": rom.patch_ids("1234:abcd"),
        "set_last": rom.set_last("legacy"),
        "drop": rom.drop("0"),
        "add_efi": rom.add_efi(CARD[1024 + 0xC0 :], "10de:2d04"),
    }
    for name, edit in edits.items():
        assert applied(CARD, edit) == edit.data != CARD, name
        assert edit.to_dict() == json.loads(edit.to_json())
        assert edit.to_dict()["length"] == len(edit.data)
        assert "RomEdit" in repr(edit) and "RomChange(offset=" in repr(edit.changes[0])
    assert [image.id for image in Rom.from_bytes(edits["patch_ids"].data).images] == ["1234:abcd"] * 2
    assert edits["drop"].data == CARD[1024:]
    ((number, driver),) = Rom.from_bytes(edits["drop"].data).drivers()
    assert (number, driver[:2], len(driver)) == (0, b"VZ", 40)
    assert rom.fix_checksum().changes == ()
    damaged = bytearray(CARD)
    damaged[0x100] ^= 1
    assert Rom.from_bytes(bytes(damaged)).fix_checksum().changes[0].offset == 1023
    assert Rom.from_bytes(b"\xff" * 512 + CARD).trim("pci").data == CARD
    assert str(edits["set_last"].changes[0]) == "0x55: 00 -> 80, says that no image follows"
    for refused in (
        lambda: rom.drop("all"),
        lambda: rom.drop("7"),
        lambda: rom.patch_ids("x"),
        lambda: rom.set_last("uefi"),
        lambda: rom.trim("all"),  # type: ignore[arg-type]
        lambda: rom.add_efi(b"no driver", "10de:2d04"),
    ):
        with pytest.raises(passthru.InputError):
            refused()
