"""All other things that the command can do, and that Python says the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import passthru
import pytest
from passthru import lspci, names

VERBOSE = """\
Slot:\t01:00.0
Class:\tVGA compatible controller [0300]
Vendor:\tNVIDIA Corporation [10de]
Device:\tGB206 [GeForce RTX 5060 Ti] [2d04]
SVendor:\tGigabyte [1458]
SDevice:\tDevice [4177]
Rev:\ta1
PhySlot:\t4
Driver:\tvfio-pci
Module:\tnvidiafb
Module:\tnouveau
NUMANode:\t0
IOMMUGroup:\t12

Slot:\t01:00.1
Class:\tAudio device [0403]
Vendor:\tNVIDIA Corporation [10de]
Device:\tDevice [22eb]
"""


def said(host: Path, *words: str) -> str:
    return passthru.output([*words, "--root", os.fspath(host)]).out


def test_python_says_what_the_command_says(after: Path, before: Path) -> None:
    host = passthru.Host.from_directory(after)
    assert host.status().to_json() == said(after, "--json")
    assert host.devices().to_json() == said(after, "list", "--json")
    assert host.devices("01:00.0").to_json() == said(after, "list", "01:00.0", "--json")
    assert host.devices_text() == said(after, "list")
    assert host.devices_text(tree=True) == said(after, "list", "--tree")
    assert host.groups().to_json() == said(after, "groups", "--json")
    assert host.doctor("01:00.0").to_json() == said(after, "doctor", "01:00.0", "--json")
    for form in ("text", "jsonl", "prometheus"):
        shown = said(after, "doctor", "01:00.0", "--format", form)
        assert host.doctor_text("01:00.0", form=form) == shown
    with pytest.raises(ValueError, match="expected text, jsonl or prometheus"):
        host.doctor_text(form="xml")
    newer = passthru.output(["diff", os.fspath(before), os.fspath(after), "--json"])
    assert passthru.Host.from_directory(before).diff(host).to_json() == newer.out
    assert [str(one.verdict) for one in passthru.Host.from_directory(before).diff(host)]


def test_captures_and_pages_are_those_of_the_command(after: Path, tmp_path: Path) -> None:
    host = passthru.Host.from_directory(after)
    snapshot, page = tmp_path / "host.json", tmp_path / "host.html"
    said(after, "capture", "-o", os.fspath(snapshot))
    assert host.capture() == snapshot.read_text()
    said(after, "report", "01:00.0", "--for", "proxmox", "-o", os.fspath(page))
    # The command makes the commands of remedies whole, by the options that it was called with.
    call = f" --for proxmox --root {os.fspath(after)}"
    # The page of the command alone has the date.
    written, dates = re.subn(r'<p class="date">[^<]*</p>\n', "", page.read_text())
    assert dates == 1
    assert host.report("01:00.0", "proxmox") == written.replace(call, "")
    again = passthru.Host.from_texts({"host.json": host.capture()})
    assert again.doctor() == host.doctor()
    with pytest.raises(passthru.DeviceError):
        host.report("7f:00.0")


def test_lspci_prints_the_host(tmp_path: Path) -> None:
    live = passthru.Host.live()
    if Path("/sys/bus/pci/devices").is_dir() and live.devices().devices:
        assert live.lspci("-nn") == passthru.output(["lspci", "-nn"]).out != ""
        first = live.devices().devices[0].address
        assert live.lspci("-D", "-s", first).startswith(first)
    with pytest.raises(passthru.InputError, match="not an output option of lspci"):
        live.lspci("--colour")
    empty = passthru.Host.from_texts({"lspci": "01:00.0 VGA compatible controller: x\n"})
    with pytest.raises(passthru.InputError, match="/sys/bus/pci/devices is not in the input"):
        empty.lspci()


def test_machines_are_converted(tmp_path: Path) -> None:
    text = "machine: q35\nhostpci0: 0000:01:00.0,pcie=1\n"
    path = tmp_path / "105.conf"
    path.write_text(text)
    made = passthru.convert(text, "libvirt", name=os.fspath(path))
    assert made.to_json() == passthru.output(["convert", path, "--to", "libvirt", "--json"]).out
    assert (made.from_format, made.to_format) == ("proxmox", "libvirt") and "hostdev" in str(made.files[0])
    for wrong in (
        lambda: passthru.convert("hello", "libvirt"),
        lambda: passthru.convert(text, "vax"),
        lambda: passthru.convert(text, "proxmox", vm="x"),
        lambda: passthru.convert(text, "esxi", system="x"),
    ):
        with pytest.raises(passthru.InputError):
            wrong()


def test_names_and_ids() -> None:
    assert names.vendor("10de") == names.vendor(0x10DE) == "NVIDIA Corporation"
    assert names.device("10de:1c03") == names.device((0x10DE, 0x1C03))
    assert names.device("ffff:0000") is None and names.vendor(0xFFF0) is None
    assert names.subsystem("10de:1c03", "ffff:ffff") is None
    assert names.class_name("030000") == names.class_name("0300") == "VGA compatible controller"
    assert names.programming_interface("010802") == "NVM Express"
    found = names.search("geforce gtx 1060 6gb")
    assert "10de:1c03" in [one.id for one in found]
    assert names.device(found[0].id) == found[0].device and names.search("") == ()
    assert "pci.ids" in names.origin()
    for wrong in ("10de", "10de:", "10de:2d0g", "10de:+204", "10de:2d04:1", "", ":", "١0de:1c03"):
        with pytest.raises(passthru.InputError):
            names.device(wrong)
    for number in (-1, 0x10000, 1 << 80):
        with pytest.raises(OverflowError):
            names.vendor(number)
    with pytest.raises(passthru.InputError):
        names.class_name("vga")


def test_rows_of_a_listing() -> None:
    listing = lspci.parse(VERBOSE)
    first, second = listing
    assert first == listing[0] == listing[-2] == listing[0:1][0] != second
    assert (first.address, first.id, first.subsystem) == ("0000:01:00.0", "10de:2d04", "1458:4177")
    assert (first.revision, first.physical_slot, first.numa_node) == (0xA1, "4", 0)
    assert first.modules == ("nvidiafb", "nouveau") and first.iommu_group == 12
    assert (first.class_code, first.class_name) == ("0300", "VGA compatible controller")
    assert second.driver is None and second.modules is None and len(listing) == 2
    assert eval(repr(first), {"Record": lspci.Record}) == first
    assert listing == lspci.parse(VERBOSE.encode()) == lspci.parse(memoryview(VERBOSE.encode()))
    assert hash(listing) == hash(lspci.parse(bytearray(VERBOSE.encode())))
    assert first in listing and listing.index(second) == 1
    assert tuple(listing.records()[0]) == listing.COLUMNS
    for wrong in (2, -3, 1 << 70):
        with pytest.raises(IndexError):
            listing[wrong]
    with pytest.raises(TypeError):
        listing["0"]  # type: ignore[call-overload]
    # One that is read row by row, and one that is read whole.
    whole = lspci.parse(VERBOSE + "\n&amp;\n")
    lines = [one.line for one in listing]
    assert listing == whole and lines == [one.line for one in whole] and lines[0] < lines[1]
    cut = lspci.parse("01:00.0 VGA compatible controller [0300]: NVIDIA 02:00.0 Audio device [0403]: x\n")
    assert {one.kind for one in cut.damage} <= {"lost-line-breaks", "cut-name", "orphan-field"}
    assert len(lspci.parse(b"\xff\xfe\x00 nothing")) == 0
