"""What a caller can do wrong, and what happens meanwhile: never a crash, and an error that
says what was wrong."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import passthru
import pytest
from passthru import fleet, lspci, names

LSPCI = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n"


@pytest.fixture
def host(after: Path) -> passthru.Host:
    return passthru.Host.from_directory(after)


#: What is started in the background of a shell has SIGINT ignored, and Python leaves it so.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def interrupted(
    program: str, *arguments: str | Path, times: int = 1
) -> subprocess.CompletedProcess[str]:
    """Runs a program, which is sent SIGINT when it has said that it is ready: so many times,
    a second after another, where one may come too early to wake it."""
    with subprocess.Popen(
        [sys.executable, "-c", HEARS + program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            for _ in range(times - 1):
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
                    break
            else:
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
    return subprocess.CompletedProcess([], process.returncode, out, err)


@pytest.mark.parametrize(
    "call",
    ["passthru.Host.from_files(path)", "passthru.Rom.from_file(path)"],
)
def test_an_interrupt_ends_waiting_for_a_file(call: str, tmp_path: Path) -> None:
    """A file that never comes: a reader that does not hear signals would never end."""
    fifo = tmp_path / "never.txt"
    os.mkfifo(fifo)
    # The imports of a first call must not be interrupted.
    program = f"""
import sys, passthru
path = sys.argv[1] + ".missing"
try:
    {call}
except OSError:
    path = sys.argv[1]
print("ready", flush=True)
{call}
"""
    # A signal between the call and the system call is only handled after it.
    ended = interrupted(program, fifo, times=60)
    assert "KeyboardInterrupt" in ended.stderr and ended.returncode == -signal.SIGINT


def test_an_interrupt_during_work_is_raised_when_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / "lspci.txt"
    path.write_text(LSPCI * 2_000)
    program = """
import sys, passthru
text = open(sys.argv[1]).read()
try:
    print("ready", flush=True)
    while True:
        passthru.Host.from_texts({"lspci": text})
except KeyboardInterrupt:
    # All is as usable as before.
    print(len(passthru.lspci.parse(text)))
"""
    ended = interrupted(program, path)
    assert (ended.returncode, ended.stdout) == (0, "2000\n"), ended.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_the_judging_of_a_fleet(
    workers: int, host: passthru.Host, tmp_path: Path
) -> None:
    text = host.capture()
    place = tmp_path / "fleet"
    place.mkdir()
    for number in range(12):
        (place / f"node{number}.json").write_text(text)
    # Over and over: the interrupt comes while there is work.
    program = """
import sys
from passthru import fleet
if __name__ == "__main__":
    # The imports of a first call must not be interrupted.
    fleet.doctor(sys.argv[1], workers=int(sys.argv[2]), batch=1)
    print("ready", flush=True)
    while True:
        fleet.doctor(sys.argv[1], workers=int(sys.argv[2]), batch=1)
"""
    script = tmp_path / "judge.py"
    script.write_text(program)
    ended = interrupted(f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')", place, str(workers))
    assert "KeyboardInterrupt" in ended.stderr and ended.returncode == -signal.SIGINT


class Raises:
    """Whatever is asked of it, it raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __iter__(self) -> Iterator[str]:
        yield "01:00.0"
        raise self.error

    def __fspath__(self) -> str:
        raise self.error

    def keys(self) -> list[str]:
        raise self.error

    items = values = keys

    def __getitem__(self, key: str) -> str:
        raise self.error

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize("error", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_what_an_argument_raises_comes_through(error: BaseException, host: passthru.Host) -> None:
    calls: list[Callable[[object], object]] = [
        host.doctor,  # type: ignore[list-item]
        lambda given: host.plan(given, "proxmox"),  # type: ignore[arg-type]
        passthru.Host.from_directory,  # type: ignore[list-item]
        lambda given: passthru.Rom.from_file(given),  # type: ignore[arg-type]
        lambda given: passthru.output([given]),  # type: ignore[list-item]
    ]
    for call in calls:
        with pytest.raises(type(error)) as caught:
            call(Raises(error))
        assert caught.value is error
    assert host.doctor("01:00.0").findings


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_a_listener_that_ends_the_program_ends_it_when_the_plan_is_done(
    error: BaseException, before: Path, tmp_path: Path
) -> None:
    import shutil

    root = Path(shutil.copytree(before, tmp_path / "root"))
    plan = passthru.Host.from_directory(root).plan("01:00.0", "proxmox", 100)

    def raise_error(kind: str, what: object) -> None:
        raise error

    with pytest.raises(type(error)):
        passthru.apply(plan, root=root, on_step=raise_error)
    current = passthru.current(root=root)
    assert current is not None and current.state == "applied"


def test_nul_bytes_are_refused_by_name(host: passthru.Host, tmp_path: Path) -> None:
    for read in (
        passthru.Host.from_directory,
        passthru.Host.from_files,
        passthru.Rom.from_file,
    ):
        with pytest.raises(ValueError, match="null byte"):
            read("a\0b")
    with pytest.raises(passthru.DeviceError, match="01:00"):
        host.doctor("01:00.0\0")
    with pytest.raises(passthru.TargetError):
        host.doctor("01:00.0", target="proxmox\0")
    with pytest.raises(passthru.PassthruError):
        passthru.Rom(b"").patch_ids("\0")
    with pytest.raises(passthru.PassthruError):
        host.plan("01:00.0", target="proxmox", vm="100\0")
    with pytest.raises(ValueError):
        fleet.doctor("a\0b")
    assert passthru.explain("a\0b") is None
    assert names.search("a\0b") == ()
    assert passthru.output(["explain", "a\0b"]).status == 2
    assert lspci.parse("\0" * 100)[:] == ()
    with pytest.raises(passthru.InputError, match="^name"):
        passthru.Host.from_texts({"name": b"\0" * 100})
    assert len(passthru.Host.from_texts({"na\0me": LSPCI}).devices()) == 1


def test_text_in_another_encoding(host: passthru.Host) -> None:
    # The result of errors="surrogateescape" for a byte that is not UTF-8.
    strange = os.fsdecode(LSPCI.encode().replace(b"NVIDIA", b"NV\xffDIA"))
    assert [one.id for one in lspci.parse(strange)] == ["10de:2d04"]
    assert [one.id for one in lspci.parse(strange.encode("utf-8", "surrogateescape"))] == ["10de:2d04"]
    with pytest.raises(ValueError):
        passthru.Host.from_texts({"lspci": strange})
    for wrong in (
        lambda: host.doctor("\ud800"),
        lambda: host.doctor(target="\ud800"),
        lambda: passthru.explain("\ud800"),
        lambda: passthru.Plan.from_json("\ud800"),
    ):
        with pytest.raises(ValueError):
            wrong()
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        try:
            shown = passthru.Host.from_texts({"lspci": LSPCI.encode(encoding)})
        except passthru.InputError as error:
            assert "lspci" in str(error)
        else:
            assert [one.address for one in shown.devices()] == ["0000:01:00.0"]


def test_wrong_types_are_told(host: passthru.Host) -> None:
    for call in (
        lambda: passthru.Rom(5),  # type: ignore[arg-type]
        lambda: passthru.Rom("text"),  # type: ignore[arg-type]
        lambda: passthru.carve_roms(1 << 40),  # type: ignore[arg-type]
        lambda: host.diff(None),  # type: ignore[arg-type]
        lambda: host.verify("plan"),  # type: ignore[arg-type]
        lambda: host.doctor(b"01:00.0"),  # type: ignore[arg-type]
        lambda: passthru.Host(),
    ):
        with pytest.raises((TypeError, AttributeError)):
            call()


def test_sizes_out_of_all_bounds(host: passthru.Host) -> None:
    for number in (-1, 1 << 32, 1 << 80):
        with pytest.raises((OverflowError, TypeError, ValueError)):
            host.plan("01:00.0", "proxmox", vm=number)
        with pytest.raises(OverflowError):
            names.vendor(number)
    for columns in (-1, 1 << 80):
        with pytest.raises(OverflowError):
            passthru.output(["--help"], columns=columns)
    assert passthru.output(["--help"], columns=(1 << 63)).status == 0
    listing = lspci.parse(LSPCI)
    for index in (1, -2, 1 << 80, -(1 << 80)):
        with pytest.raises(IndexError):
            listing[index]
    assert listing[: 1 << 80] == tuple(listing) and listing[1 << 80 :] == ()
    # A megabyte of each: a text without a host is refused, and a ROM has no image.
    for filler in (b"a", b"[", b"\n", b"\xff"):
        with pytest.raises(passthru.InputError, match="^big"):
            passthru.Host.from_texts({"big": filler * (1 << 20)})
        with pytest.raises(passthru.InputError):
            passthru.Plan.from_json(filler * (1 << 20))
        assert passthru.Rom.from_bytes(filler * (1 << 20)).images == ()
    assert passthru.Host.from_texts({"lspci": LSPCI * 2_000}).devices()
    assert len(passthru.carve_roms(bytearray(1 << 20))) == 0
    with pytest.raises(passthru.DeviceError):
        host.doctor("x" * 10_000_000)


def test_one_object_in_many_threads(host: passthru.Host) -> None:
    """Every answer is the one that a thread alone gets."""
    text = LSPCI * 50
    listing = lspci.parse(text)
    expected = (host.doctor(), host.plan("01:00.0"), host.capture(), tuple(listing))
    together = threading.Barrier(8)
    wrong: list[object] = []

    def ask() -> None:
        together.wait(timeout=60)
        for _ in range(5):
            answers = (host.doctor(), host.plan("01:00.0"), host.capture(), tuple(listing))
            if answers != expected or answers[0].to_json() != expected[0].to_json():
                wrong.append(answers)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert not wrong and not any(thread.is_alive() for thread in threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is Unix's")
def test_a_child_of_fork_goes_on(host: passthru.Host) -> None:
    program = """
import os, sys, passthru
host = passthru.Host.from_directory(sys.argv[1])
report = host.doctor()
child = os.fork()
if child == 0:
    os._exit(0 if host.doctor() == report and passthru.names.vendor("10de") else 1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""
    after = Path(__file__).resolve().parents[2] / "examples/hosts/proxmox-rtx5060ti/after"
    ended = subprocess.run([sys.executable, "-c", program, after], timeout=120, check=False)
    assert ended.returncode == 0
