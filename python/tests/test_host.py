"""Where a host is read from, and what is refused."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import passthru
import pytest

LSPCI = """\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)
"""
VFIO = "options vfio-pci ids=10de:2d04\n"


def codes(host: passthru.Host) -> set[str]:
    return {finding.code for finding in host.doctor()}


def test_texts_may_be_str_or_bytes() -> None:
    as_text = passthru.Host.from_texts({"lspci.txt": LSPCI, "vfio.conf": VFIO})
    as_bytes = passthru.Host.from_texts({"lspci.txt": LSPCI.encode(), "vfio.conf": VFIO.encode()})
    assert "vfio-ids-missing-function" in codes(as_text)
    assert as_text.doctor() == as_bytes.doctor()


def test_files_are_named_as_they_were_given(tmp_path: Path) -> None:
    lspci = tmp_path / "lspci.txt"
    lspci.write_text(LSPCI)
    (tmp_path / "vfio.conf").write_text(VFIO)
    host = passthru.Host.from_files([lspci, str(tmp_path / "vfio.conf")])
    (finding,) = [f for f in host.doctor() if f.code == "vfio-ids-missing-function"]
    sources = {evidence.source for evidence in finding.evidence}
    assert sources == {"/etc/modprobe.d/vfio.conf", str(lspci)}
    assert len(passthru.Host.from_files(lspci).devices()) == 2


def test_a_file_name_need_not_be_utf8(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    Path(path).write_text(LSPCI)
    assert len(passthru.Host.from_files([path]).devices()) == 2


def test_a_snapshot_shows_what_its_host_shows(after: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "host.json"
    assert passthru.main(["--root", str(after), "capture", "-o", str(snapshot)]) == 0
    host = passthru.Host.from_directory(after)
    for read in (
        passthru.Host.from_files(snapshot),
        passthru.Host.from_texts({"host.json": snapshot.read_bytes()}),
    ):
        assert read.doctor("01:00.0") == host.doctor("01:00.0")


def test_the_running_host_is_read() -> None:
    host = passthru.Host.live()
    addresses = {device.address for device in host.devices()}
    shown = Path("/sys/bus/pci/devices")
    assert addresses == ({path.name for path in shown.iterdir()} if shown.is_dir() else set())


def test_devices_are_chosen_by_words(after: Path) -> None:
    host = passthru.Host.from_directory(os.fspath(after))
    both = ["0000:01:00.0", "0000:01:00.1"]
    for words, chosen in [
        ((), both),
        ("01:00.0", both[:1]),
        (["01:00.1", "01:00.0", "01:00.0"], both),
        ({"01:00"}, both),
        (iter(["10de:2d04"]), both),
        ("rtx 5060", both),
    ]:
        assert [device.address for device in host.devices(words)] == chosen


def test_documents_have_the_fields_of_their_types(after: Path) -> None:
    host = passthru.Host.from_directory(after.parents[1] / "ubuntu-twin-rtx3090ti" / "before")
    document = json.loads(host.devices().to_json())
    for device, shown in zip(host.devices(), document["devices"]):
        assert device.to_dict() == shown
        assert set(device.__match_args__) == set(shown)
    groups = host.groups()
    assert set(groups.to_dict()) == {"schema", *groups.__match_args__}
    assert [group.id for group in groups] == [17, 20]
    assert groups.of("01:00.0") == groups.of("0000:01:00.0") == groups.groups[0]
    assert groups.of("7f:00.0") is None


@pytest.mark.parametrize(
    "text", ["", " \n", "hello\n", b"\x89PNG\r\n", b"\x00\x01", '{"schema": "passthru-snapshot/1"']
)
def test_input_that_is_not_recognized_is_refused_with_its_name(text: str | bytes) -> None:
    with pytest.raises(passthru.InputError, match=r"^paste\.txt(:| is )") as caught:
        passthru.Host.from_texts({"paste.txt": text})
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, passthru.PassthruError)


def test_no_input_is_refused() -> None:
    for empty in (passthru.Host.from_texts, passthru.Host.from_files):
        with pytest.raises(passthru.InputError, match="no input"):
            empty({})


def test_a_bad_manifest_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "_tree.json").write_text("{")
    with pytest.raises(passthru.InputError, match=r"_tree\.json: .*line 1"):
        passthru.Host.from_directory(tmp_path)


def test_what_the_system_refuses_is_an_os_error(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    for read in (passthru.Host.from_directory, passthru.Host.from_files):
        with pytest.raises(FileNotFoundError) as caught:
            read(missing)
        assert caught.value.errno == errno.ENOENT
        assert caught.value.filename == str(missing)
        assert caught.value.strerror == os.strerror(errno.ENOENT)
    with pytest.raises(IsADirectoryError):
        passthru.Host.from_files([tmp_path])
    missing.write_text("a file")
    with pytest.raises(NotADirectoryError):
        passthru.Host.from_directory(missing)


def test_wrong_types_are_type_errors(after: Path) -> None:
    host = passthru.Host.from_directory(after)
    calls: list[Callable[[], object]] = [
        lambda: passthru.Host.from_texts({"a": 1}),  # type: ignore[dict-item]
        lambda: passthru.Host.from_texts([LSPCI]),  # type: ignore[arg-type]
        lambda: passthru.Host.from_files([1]),  # type: ignore[list-item]
        lambda: host.doctor(1),  # type: ignore[arg-type]
        lambda: host.doctor([1]),  # type: ignore[list-item]
        lambda: host.plan(),  # type: ignore[call-arg]
        passthru.Host,
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()


def test_other_threads_go_on_while_a_host_is_read(tmp_path: Path) -> None:
    """The reader waits for the writer, which is another thread: were the
    interpreter held, neither would ever end."""
    fifo = tmp_path / "lspci.txt"
    os.mkfifo(fifo)
    program = f"""
import threading, passthru
hosts = []
reader = threading.Thread(target=lambda: hosts.append(passthru.Host.from_files({str(fifo)!r})))
reader.start()
with open({str(fifo)!r}, "w") as fifo:
    fifo.write({LSPCI!r})
reader.join()
print(len(hosts[0].devices()))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "2\n"


# A network card on a root bus, as `lspci -nxxxx` prints it.
NETWORK_CARD = "00:03.0 0200: 8086:100e\n" + "".join(
    f"{line:x}0: "
    + ("86 80 0e 10 07 01 00 00 03 00 00 02 00 00 00 00" if line == 0 else " ".join(["00"] * 16))
    + "\n"
    for line in range(16)
)


def test_groups_are_predicted() -> None:
    host = passthru.Host.from_texts({"lspci": NETWORK_CARD})
    found = host.predict_groups()
    assert [group.devices for group in found] == [("0000:00:03.0",)]
    assert (found.rules, found.isolation) == ("linux-6.1", None)
    assert found.to_dict() == json.loads(found.to_json())
    asked = host.predict_groups("00:03.0", ["pcie_acs_override=downstream"], kernel="pcie-acs-2025")
    assert asked.rules == "pcie-acs-2025"
    assert asked.isolation is not None
    assert asked.isolation.sharing == ()


def test_what_cannot_be_predicted_is_said(after: Path) -> None:
    host = passthru.Host.from_directory(after)
    with pytest.raises(passthru.PredictionError, match="configuration space"):
        host.predict_groups()
    card = passthru.Host.from_texts({"lspci": NETWORK_CARD})
    with pytest.raises(passthru.PredictionError, match="does not change the groups"):
        card.predict_groups(options=["quiet"])
    with pytest.raises(passthru.PredictionError):
        card.predict_groups(kernel="2.6.32")
    with pytest.raises(passthru.DeviceError):
        card.predict_groups("7f:1f.7")


THREAD = """root@pve:~# lspci -nnk
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503] (rev a1)
root@tower:~# lspci -nnk
01:00.0 VGA compatible controller [0300]: AMD Navi 21 [1002:73bf] (rev c1)
"""


def test_one_of_several_machines_is_chosen(tmp_path: Path) -> None:
    mixed = passthru.Host.from_texts({"thread.txt": THREAD})
    with pytest.raises(passthru.PassthruError, match="--host pve or --host tower") as refused:
        mixed.plan("01:00.0", "libvirt")
    assert refused.value.help == "pve, tower"
    host = passthru.Host.from_texts({"thread.txt": THREAD}, host="Tower")
    assert host.devices().devices[0].vendor == "1002"
    file = tmp_path / "thread.txt"
    file.write_text(THREAD)
    host = passthru.Host.from_files(file, host="pve")
    assert host.devices().devices[0].vendor == "10de"
    with pytest.raises(passthru.PassthruError, match="expected one of: pve, tower"):
        passthru.Host.from_files(file, host="box")
