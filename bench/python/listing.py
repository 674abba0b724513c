"""4,000 functions of `lspci -vmmknn` text: this package beside pylspci's VerboseParser.

    bench/python/listing.py [FUNCTIONS]

Each is timed in turn, several times over, and its best run counts. "touched" makes an
object of every row and reads every field of it, which is what pylspci always does.
"""

import sys
import time

from passthru import lspci
from pylspci.parsers import VerboseParser

RUNS = 5


def text(functions: int) -> str:
    """What lspci would print: root ports, graphics cards, their audio, network cards."""
    kinds = [
        ("PCI bridge [0604]", "Intel Corporation [8086]", "Device [460d]", "pcieport", ""),
        (
            "VGA compatible controller [0300]",
            "NVIDIA Corporation [10de]",
            "GB206 [GeForce RTX 5060 Ti] [2d04]",
            "vfio-pci",
            "Module:\tnvidiafb\nModule:\tnouveau\n",
        ),
        ("Audio device [0403]", "NVIDIA Corporation [10de]", "Device [22eb]", "vfio-pci", ""),
        (
            "Ethernet controller [0200]",
            "Intel Corporation [8086]",
            "I210 Gigabit Network Connection [1533]",
            "igb",
            "Module:\tigb\n",
        ),
    ]
    parts = []
    for number in range(functions):
        kind, vendor, device, driver, modules = kinds[number % len(kinds)]
        slot = f"{number >> 16:04x}:{number >> 8 & 0xff:02x}:{number >> 3 & 0x1f:02x}.{number & 7}"
        parts.append(
            f"Slot:\t{slot}\nClass:\t{kind}\nVendor:\t{vendor}\nDevice:\t{device}\n"
            f"SVendor:\tGigabyte Technology Co., Ltd [1458]\nSDevice:\tDevice [4177]\n"
            f"Rev:\ta1\nDriver:\t{driver}\n{modules}NUMANode:\t0\nIOMMUGroup:\t{number // 2}\n\n"
        )
    return "".join(parts)


def best(work) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def touched(given: str) -> int:
    seen = 0
    for record in lspci.parse(given):
        for field in record.__match_args__:
            seen += getattr(record, field) is not None
    return seen


def main(functions: int = 4000) -> None:
    given = text(functions)
    # The same functions are seen by both.
    theirs = VerboseParser().parse(given)
    ours = lspci.parse(given)
    assert len(theirs) == len(ours) == functions
    for one, other in zip(theirs, ours):
        assert (one.device.id, one.driver) == (int((other.id or "")[5:], 16), other.driver)
    times = {
        "pylspci": best(lambda: VerboseParser().parse(given)),
        "passthru.lspci.parse": best(lambda: lspci.parse(given)),
        "  touched": best(lambda: touched(given)),
    }
    reference = times["pylspci"]
    for name, seconds in times.items():
        print(f"{name:22} {seconds * 1e3:9.2f} ms  {reference / seconds:7.1f} times as fast")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
