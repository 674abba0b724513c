"""The Python package beside other packages, as JSON for scripts/bench.

    bench/python/package.py [FUNCTIONS]

Times are medians of rounds in turns, in processor time of this process. "Touched" reads every
field of every record, as each user does sooner or later; a parser that fills them while it
parses has done that before. The floor is the loop over the fields of records that are already made.
"""

import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROUNDS = 7
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "hosts"
SKIPPED = []
TABLES = []

KINDS = [
    ("PCI bridge [0604]", "Intel Corporation [8086]", "Device [460d]", "pcieport", ""),
    ("VGA compatible controller [0300]", "NVIDIA Corporation [10de]",
     "GB206 [GeForce RTX 5060 Ti] [2d04]", "vfio-pci", "Module:\tnvidiafb\nModule:\tnouveau\n"),
    ("Audio device [0403]", "NVIDIA Corporation [10de]", "Device [22eb]", "vfio-pci", ""),
    ("Ethernet controller [0200]", "Intel Corporation [8086]",
     "I210 Gigabit Network Connection [1533]", "igb", "Module:\tigb\n"),
]


def text(functions):
    """Output of `lspci -vmmknn`: root ports, graphics cards, their audio, network cards."""
    parts = []
    for number in range(functions):
        kind, vendor, device, driver, modules = KINDS[number % len(KINDS)]
        slot = f"{number >> 16:04x}:{number >> 8 & 0xff:02x}:{number >> 3 & 0x1f:02x}.{number & 7}"
        parts.append(
            f"Slot:\t{slot}\nClass:\t{kind}\nVendor:\t{vendor}\nDevice:\t{device}\n"
            f"SVendor:\tGigabyte Technology Co., Ltd [1458]\nSDevice:\tDevice [4177]\n"
            f"Rev:\ta1\nDriver:\t{driver}\n{modules}NUMANode:\t0\nIOMMUGroup:\t{number // 2}\n\n"
        )
    return "".join(parts)


def package(name):
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        SKIPPED.append(f"{name}: not installed")
        return None


def turns(ways):
    """The median processor time of each way, in milliseconds, in turns."""
    spent = {name: [] for name, _ in ways}
    for _ in range(ROUNDS):
        for name, work in ways:
            start = time.process_time()
            work()
            spent[name].append((time.process_time() - start) * 1e3)
    return [(name, statistics.median(times)) for name, times in spent.items()]


def table(title, unit, rows, peer=None, higher=False):
    TABLES.append({"title": title, "unit": unit, "rows": rows, "peer": peer, "higher": higher})


def by_regex(given):
    """What a careful script does: a block for each function, a match for each line."""
    line = re.compile(r"^(\w+):\t(.*)$", re.M)
    named = re.compile(r"^(.*) \[([0-9a-f]{4})\]$")
    records = []
    for block in given.split("\n\n"):
        record = {"Module": []}
        for key, value in line.findall(block):
            if key == "Module":
                record["Module"].append(value)
            elif key in ("Class", "Vendor", "Device", "SVendor", "SDevice"):
                name, number = named.match(value).groups()
                record[key] = (name, int(number, 16))
            elif key in ("NUMANode", "IOMMUGroup"):
                record[key] = int(value)
            else:
                record[key] = value
        if "Slot" in record:
            records.append(record)
    return records


def listings(functions):
    from passthru import lspci

    given = text(functions)

    def touched(records):
        seen = 0
        for record in records:
            for field in record.__match_args__:
                seen += getattr(record, field) is not None
        return seen

    made = list(lspci.parse(given))
    ways = [
        ("passthru", lambda: lspci.parse(given)),
        ("passthru, every field touched", lambda: touched(lspci.parse(given))),
        ("the loop that touches them (floor)", lambda: touched(made)),
        ("regular expressions", lambda: by_regex(given)),
    ]
    assert len(lspci.parse(given)) == len(by_regex(given)) == functions
    theirs = package("pylspci.parsers")
    if theirs:
        ways.append(("pylspci", lambda: theirs.VerboseParser().parse(given)))
        assert len(theirs.VerboseParser().parse(given)) == functions
    jc = package("jc")
    if jc:
        # Its parser has no form without two digits of the domain, and reads this one.
        ways.append(("jc", lambda: jc.parse("lspci", given, quiet=True)))
        assert len(jc.parse("lspci", given, quiet=True)) == functions
    table(f"lspci -vmmknn, {functions:,} functions", "CPU ms", turns(ways), "regular expressions")


def imports():
    rows = []
    for name in ("json", "passthru", "pylspci", "jc", "hwdata"):
        if name != "json" and not package(name):
            continue
        program = f"import time; t = time.process_time(); import {name}; print(time.process_time() - t)"
        times = []
        for _ in range(ROUNDS):
            ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
            times.append(float(ended.stdout) * 1e3)
        rows.append((name, statistics.median(times)))
    table("import", "CPU ms", rows)


def names():
    from passthru import names as ours

    ways = [("passthru.names", lambda: [ours.device((0x10DE, 0x1C03)) for _ in range(2000)])]
    hwdata = package("hwdata")
    if hwdata:
        try:
            found = hwdata.PCI().get_device("10de", "1c03")
        except OSError:
            found = None
        if found:
            pci = hwdata.PCI()
            ways.append(("hwdata", lambda: [pci.get_device("10de", "1c03") for _ in range(2000)]))
        else:
            SKIPPED.append("hwdata: its pci.ids is not installed")
    rows = [(name, spent * 1e6 / 2000) for name, spent in turns(ways)]
    table("a name in Python", "CPU ns", rows, "hwdata" if len(rows) > 1 else None)


def snapshots():
    import passthru

    places = sorted(place for place in EXAMPLES.glob("*/*") if place.is_dir())
    texts = [passthru.Host.from_directory(place).capture() for place in places]
    rates, judged = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        hosts = [passthru.Host.from_texts({"snapshot": given}) for given in texts]
        read = time.process_time()
        for host in hosts:
            host.doctor()
        ended = time.process_time()
        rates.append(len(texts) / (ended - start))
        judged.append(len(texts) / (ended - read))
    table(
        f"snapshots of {len(texts)} hosts", "per CPU second",
        [("read and judged", statistics.median(rates)), ("judged alone", statistics.median(judged))],
        higher=True,
    )


def main(functions=4000):
    listings(functions)
    names()
    imports()
    snapshots()
    print(json.dumps({"tables": TABLES, "skipped": SKIPPED}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
