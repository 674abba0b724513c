"""The machine and the versions, without names or paths of the machine."""

import os
import pathlib
import platform
import re
import subprocess
import time


def said(*words):
    """The first line that a program prints, or nothing."""
    try:
        run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (run.stdout.decode(errors="replace").splitlines() or [""])[0]


def value(path, pattern):
    found = re.search(pattern, pathlib.Path(path).read_text(), re.M)
    return found[1].strip() if found else "unknown"


def described(command, python):
    memory = int(value("/proc/meminfo", r"^MemTotal:\s+(\d+)")) / 1024 / 1024
    rows = [
        ("date", time.strftime("%Y-%m-%d", time.gmtime())),
        ("processor", value("/proc/cpuinfo", r"^model name\s*: (.*)")),
        ("processors", f"{os.cpu_count()}, {memory:.0f} GiB of memory"),
        ("kernel", re.match(r"[\d.]+", platform.release())[0]),
        ("distribution", value("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')),
        ("passthru", said(str(command), "--version")),
        ("pciutils", said("lspci", "--version")),
        ("Rust", said("rustc", "--version")),
        ("Python", said(str(python), "--version")),
        ("valgrind", said("valgrind", "--version")),
    ]
    return [(name, text) for name, text in rows if text]


def busy(seconds=5):
    """The processors that other programs keep busy while this one sleeps. The load average would
    count the builds before the measuring."""
    def spent():
        times = [int(ticks) for ticks in open("/proc/stat").readline().split()[1:9]]
        idle = times[3] + times[4]
        return sum(times) - idle

    before = spent()
    time.sleep(seconds)
    return (spent() - before) / os.sysconf("SC_CLK_TCK") / seconds
