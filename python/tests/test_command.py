"""The command, and that it and the package say the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import passthru
import pytest
from conftest import HOSTS, Run

TREES = sorted(path.parent for path in HOSTS.glob("*/*/_tree.json"))


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: "-".join(tree.parts[-2:]))
@pytest.mark.parametrize("target", ["proxmox", "libvirt", "esxi"])
def test_reports_are_equal_byte_for_byte(command: Run, tree: Path, target: str) -> None:
    host = passthru.Host.from_directory(tree)
    # The slots that hold more than bridges, which stay with the host.
    functions = [device for device in host.devices() if not (device.class_code or "").startswith("06")]
    words = sorted({device.address[:-2] for device in functions})
    report = host.doctor(words, target=target)
    ended = command("doctor", "--json", "--root", tree, "--for", target, *words)
    assert ended.stdout.decode() == report.to_json()
    assert ended.returncode == int(report.has_problem)
    assert ended.stderr == b""


def test_the_example_of_the_guide(command: Run, after: Path) -> None:
    report = passthru.Host.from_directory(after).doctor(["01:00.0"], target="proxmox")
    ended = command("doctor", "--json", "--root", after, "01:00.0", "--for", "proxmox")
    assert (ended.returncode, ended.stdout) == (1, report.to_json().encode())


def test_plans_are_equal_byte_for_byte(command: Run, before: Path) -> None:
    plan = passthru.Host.from_directory(before).plan("01:00.0", "proxmox", 100)
    arguments = ("plan", "--root", before, "01:00.0", "--for", "proxmox", "--vm", "100")
    assert command(*arguments, "--json").stdout.decode() == plan.to_json()
    assert command(*arguments, "--patch").stdout.decode() == plan.to_patch()


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: "-".join(tree.parts[-2:]))
def test_lists_and_groups_are_equal(command: Run, tree: Path) -> None:
    host = passthru.Host.from_directory(tree)
    shown = json.loads(command("list", "--json", "--root", tree).stdout)
    assert shown == host.devices().to_dict()
    assert json.loads(command("groups", "--json", "--root", tree).stdout) == host.groups().to_dict()


def test_explanations_are_equal(command: Run) -> None:
    explanation = passthru.explain("amd_iommu=on")
    assert explanation is not None
    shown = command("explain", "amd_iommu=on").stdout.decode().split()
    assert shown == f"{explanation.meaning} Source: {explanation.source}".split()


def test_errors_are_equal(command: Run, after: Path) -> None:
    with pytest.raises(passthru.DeviceError) as caught:
        passthru.Host.from_directory(after).doctor("09:00.0")
    ended = command("doctor", "--root", after, "09:00.0")
    assert ended.stderr.decode() == f"passthru: {caught.value}\n"
    assert (ended.returncode, ended.stdout) == (2, b"")


def test_it_is_named_passthru_and_knows_its_version(command: Run) -> None:
    assert command("--version").stdout.decode() == f"passthru {passthru.__version__}\n"
    assert "Usage: passthru " in command("--help").stdout.decode()
    ended = command("--nonsense")
    assert ended.returncode == 2 and b"Usage: passthru " in ended.stderr


def test_main_gives_the_status(capfd: pytest.CaptureFixture[str], after: Path) -> None:
    assert passthru.main(["list", "--root", str(after)]) == 0
    assert passthru.main(("doctor", "-v", "--root", after, "01:00.0")) == 1
    assert passthru.main(["explain", "nonsense"]) == 2
    out, err = capfd.readouterr()
    assert out.startswith("ADDRESS ") and "[bound-to-vfio]" in out
    assert err.startswith("passthru: no entry for \"nonsense\"")


def test_what_was_printed_before_comes_first(after: Path) -> None:
    program = f"import passthru; print('first'); passthru.main(['list', '--root', {str(after)!r}])"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert out.startswith(b"first\nADDRESS ")


def test_main_takes_the_arguments_of_the_process(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/__main__.py", "ids", "10de:2d04"])
    assert passthru.main() == 0
    assert "GeForce RTX 5060 Ti" in capfd.readouterr().out


def test_an_argument_need_not_be_utf8(tmp_path: Path, before: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.json"
    assert passthru.main(["--root", before, "capture", "-o", os.fsdecode(path)]) == 0
    assert os.path.exists(path)


def test_a_reader_that_stops_is_no_error(after: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "passthru", "list", "--root", after],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_an_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "slow.txt"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, "-m", "passthru", "doctor", "--from", fifo], stderr=subprocess.PIPE
    )
    # Opens when the command has opened it to read, and then waits for text.
    with open(fifo, "wb"):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (-signal.SIGINT, b"")
