"""Option ROMs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import threading
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
# The executable in the EFI image.
DRIVER = CARD[1024 + 0xC0 : 1024 + 0xC0 + 40]


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
    assert not report.has_problem
    report = Rom.from_bytes(image(0, True)).verify(guest="ovmf")
    assert not report.has_problem
    (finding,) = report
    assert (finding.code, finding.verdict, finding.consumer) == (
        "rom-no-efi",
        Verdict.HARMLESS,
        "ovmf",
    )
    assert finding.remedy is not None and finding.offset is None
    assert str(finding) == f"harmless: {finding.title} [rom-no-efi]"
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
        rom.verify(guest="bios")


def applied(source: bytes, edit: passthru.RomEdit) -> bytes:
    """The source with each change made in it."""
    parts, at = [], 0
    for change in edit.changes:
        end = change.offset + len(change.before)
        assert source[change.offset : end] == change.before and change.reason
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
    assert str(edits["set_last"].changes[0]) == "0x55: 00 -> 80, sets the last-image indicator"
    apart = image(0, False) + image(3, False) + image(0, True)
    for refused in (
        lambda: rom.drop("all"),
        lambda: rom.drop("7"),
        lambda: rom.patch_ids("x"),
        lambda: rom.set_last("uefi"),
        lambda: rom.trim("all"),
        lambda: rom.add_efi(b"no driver", "10de:2d04"),
        lambda: rom.add_efi(DRIVER, "10de"),
        lambda: rom.add_efi(DRIVER, device_list=["1c03", "?"]),
        lambda: rom.add_efi(DRIVER, class_code="vga"),
        lambda: Rom.from_bytes(b"").add_efi(DRIVER),
        lambda: passthru.build_rom([]),
        lambda: passthru.build_rom([DRIVER]),
        lambda: passthru.build_rom([b"no ROM"], "10de:2d04"),
        lambda: rom.extract("7"),
        lambda: rom.extract("legacy", "driver"),
        lambda: rom.extract(form="efi"),
        lambda: rom.ssdt("PCI0"),
        lambda: Rom.from_bytes(apart).ssdt(r"\_SB", "legacy"),
        lambda: Rom.from_bytes(apart).ssdt_source(r"\_SB", "legacy"),
        lambda: passthru.vfct_roms(CARD),
    ):
        with pytest.raises(passthru.InputError):
            refused()


def test_a_new_image_says_what_it_is_told() -> None:
    rom = Rom.from_bytes(CARD[:1024])
    like = Rom.from_bytes(rom.add_efi(DRIVER).data)
    assert [image.id for image in like.images] == ["10de:2d04"] * 2
    stored = like.to_dict()["images"][1]
    edit = rom.add_efi(
        DRIVER,
        "10de:1c03",
        device_list=["1c02", "1b06"],
        class_code="030200",
        revision=0x12,
        compress=True,
    )
    changed = Rom.from_bytes(edit.data).to_dict()["images"][1]
    assert (stored["device_list"], changed["device_list"]) == ([], ["1c03", "1c02", "1b06"])
    assert (stored["class_code"], changed["class_code"]) == ("030000", "030200")
    assert (stored["revision"], changed["revision"]) == (0, 0x12)
    assert (stored["efi"]["compressed"], changed["efi"]["compressed"]) == (False, True)
    # One word is a list of one, as with devices.
    assert rom.add_efi(DRIVER, device_list="1c02") == rom.add_efi(DRIVER, device_list=["1c02"])


def test_what_is_taken_out_makes_the_rom_again() -> None:
    built = passthru.build_rom([CARD[:1024], DRIVER])
    assert len(built.changes) == 2 and built.to_dict()["length"] == len(built.data)
    rom = Rom.from_bytes(built.data)
    parts = rom.extract()
    assert [part.offset for part in parts] == [0, 1024]
    assert passthru.build_rom([part.data for part in parts]).data == built.data
    (driver,) = rom.extract("efi", "driver")
    assert (driver.offset, driver.data) == (1024, DRIVER)
    assert rom.extract("efi", "stored").parts[0].data[:40] == DRIVER
    assert parts == rom.extract() and hash(parts) == hash(rom.extract())
    assert parts != rom.extract("0") and len(parts) == 2
    assert parts.to_dict() == json.loads(parts.to_json())
    assert parts.to_dict()["schema"] == "passthru-rom-extract/1"
    assert str(parts) == "2 parts"
    assert str(parts.parts[1]) == "512 bytes at 0x400"


def test_a_table_holds_the_rom() -> None:
    rom = Rom.from_bytes(CARD)
    table = rom.ssdt(r"\_SB.PCI0.S08.S00")
    assert table[:4] == b"SSDT" and sum(table) % 256 == 0
    assert struct.unpack("<I", table[4:8]) == (len(table),)
    assert CARD in table and CARD not in rom.ssdt(r"\_SB.PCI0.S08.S00", "legacy")
    assert r"Scope (\_SB.PCI0.S08.S00)" in rom.ssdt_source(r"\_SB.PCI0.S08.S00")


def test_roms_inside_other_files() -> None:
    first, second = passthru.carve_roms(b"first" + CARD + b"second" + CARD)
    assert (first.offset, second.offset) == (5, 5 + len(CARD) + 6)
    assert first.data == second.data == CARD and first != second
    assert len(passthru.carve_roms(b"no ROM")) == 0
    header = struct.pack("<IIIHHHHII", 1, 0, 0, 0x1002, 0x1638, 0x1028, 1, 0, len(CARD))
    table = bytearray(76)
    table[:4] = b"VFCT"
    table[4:8] = struct.pack("<I", len(table) + len(header) + len(CARD))
    table[52] = 76
    found = passthru.vfct_roms(bytes(table) + header + CARD)
    (rom,) = found
    assert (rom.offset, rom.data) == (76 + 28, CARD)
    assert found.to_dict()["images"][0]["id"] == "1002:1638"


def test_differences_are_told_by_field() -> None:
    left = Rom.from_bytes(CARD)
    right = Rom.from_bytes(left.patch_ids("10de:1c03", "efi").data)
    diff = left.diff(right)
    difference, content = diff
    assert (content.field, content.left) == ("content", None)
    assert (difference.place, difference.field) == ("EFI image 1", "id")
    assert (difference.left, difference.right) == ("10de:2d04", "10de:1c03")
    assert str(difference) == "EFI image 1: id: 10de:2d04 -> 10de:1c03"
    assert diff.to_dict() == json.loads(diff.to_json())
    assert diff == left.diff(right) != right.diff(left) and diff.differences == (difference, content)
    assert len(left.diff(left)) == 0 and "RomDifference(place=" in repr(difference)


def card_tree(place: Path, rom: bytes | None) -> Path:
    """A copied tree with one card at 01:00.0."""
    function = place / "sys/devices/pci0000:00/0000:01:00.0"
    function.mkdir(parents=True)
    devices = place / "sys/bus/pci/devices"
    devices.mkdir(parents=True)
    (devices / "0000:01:00.0").symlink_to("../../../devices/pci0000:00/0000:01:00.0")
    resource = "0x0 0x0 0x0\n" * 6 + "0xfc000000 0xfc07ffff 0x46200\n"
    for name, text in (
        ("vendor", "0x10de\n"),
        ("device", "0x2d04\n"),
        ("class", "0x030000\n"),
        ("resource", resource),
    ):
        (function / name).write_text(text)
    if rom is not None:
        (function / "rom").write_bytes(rom)
    return function


def test_a_rom_is_read_from_its_card(tmp_path: Path) -> None:
    function = card_tree(tmp_path, CARD)
    for address in ("01:00.0", "0000:01:00.0"):
        assert Rom.dump(address, root=tmp_path) == Rom(CARD)
    # A copied tree has nothing to switch.
    assert (function / "rom").read_bytes() == CARD


def test_why_a_rom_was_not_read_is_told(tmp_path: Path) -> None:
    card_tree(tmp_path / "none", None)
    card_tree(tmp_path / "empty", b"")
    with pytest.raises(passthru.DeviceError, match="no PCI function 0000:02:00.0"):
        Rom.dump("02:00.0", root=tmp_path / "none")
    with pytest.raises(passthru.DeviceError, match="address: "):
        Rom.dump("01:00.9", root=tmp_path / "none")
    with pytest.raises(passthru.RomDumpError, match="no expansion ROM BAR") as refused:
        Rom.dump("01:00.0", root=str(tmp_path / "none"))
    assert refused.value.code == "refused" and not isinstance(refused.value, OSError)
    with pytest.raises(passthru.RomDumpSystemError, match="dmesg") as failed:
        Rom.dump("01:00.0", root=tmp_path / "empty")
    assert failed.value.code == "system" and failed.value.errno is None
    assert str(failed.value) == json.loads(failed.value.to_json())["message"]


def test_a_copy_that_firmware_changed_is_refused(tmp_path: Path) -> None:
    function = card_tree(tmp_path, CARD)
    resource = "0x0 0x0 0x0\n" * 6 + "0xc0000 0xdffff 0x212\n"
    (function / "resource").write_text(resource)
    with pytest.raises(passthru.RomDumpError, match="the copy of its ROM"):
        Rom.dump("01:00.0", root=tmp_path)


def test_a_signal_ends_the_reading_of_a_rom(tmp_path: Path) -> None:
    class Signalled(Exception):
        pass

    def raise_signalled(number: int, frame: object) -> None:
        raise Signalled

    # A pipe has its bytes only once the other end is open.
    function = card_tree(tmp_path, None)
    os.mkfifo(function / "rom")
    before = signal.signal(signal.SIGUSR1, raise_signalled)
    pid = os.getpid()

    def write() -> None:
        # More after the signal, so that a waiting reader continues; or no reader is left.
        with contextlib.suppress(BrokenPipeError), open(function / "rom", "wb", 0) as pipe:
            pipe.write(CARD[:512])
            os.kill(pid, signal.SIGUSR1)
            pipe.write(CARD[512:])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(Signalled):
            Rom.dump("01:00.0", root=tmp_path)
    finally:
        writer.join()
        signal.signal(signal.SIGUSR1, before)
