"""Measures everything beside a peer, and writes the page. scripts/bench runs it.

    make.py --command PASSTHRU --static PASSTHRU --tools DIR --trees DIR --python PYTHON
            --page FILE [--only SECTION]...

The tools are the small programs of bench/floor; PYTHON has the packages of
bench/python/requirements.txt and this repository's.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import machine
from runs import Page, Programs, Way

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SIZES = (40, 400, 4000)


# So much of a processor, and the figures of wall time are of the other programs too.
BUSY = 0.2


class Bench:
    def __init__(self, given):
        self.given = given
        self.command = given.command
        self.tools = pathlib.Path(given.tools)
        self.trees_at = pathlib.Path(given.trees)
        self.page = Page()
        self.skipped = []
        self.programs = Programs(str(self.tools / "measure"), self.skipped)

    def ours(self, *words):
        name = " ".join(["passthru", *(word for word in words if "/" not in str(word))])
        return Way(name.replace(" --root", "").replace(" -o", "").replace(" -F", ""), [self.command, *words])

    def run(self, *words):
        """The output of a helper; None and a line in the list of skipped ones where it fails."""
        ran = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY,
                             env=os.environ | {"PASSTHRU_PYTHON": str(self.given.python)})
        if ran.returncode:
            last = (ran.stderr.decode(errors="replace").strip().splitlines() or ["failed"])[-1]
            self.skipped.append(f"{pathlib.Path(str(words[0])).name}: {last}")
            return None
        return ran.stdout.decode()

    # The sections.

    def start(self):
        """Start"""
        ways = self.programs.compare([
            Way("true", ["true"], floor=True),
            Way("C, dynamic", [self.tools / "hello-c"], floor=True),
            Way("Rust", [self.tools / "hello-rust"], floor=True),
            Way("passthru --version, static", [self.given.static, "--version"]),
            self.ours("--version"),
            Way("lspci --version", ["lspci", "--version"]),
        ])
        self.page.programs("program", ways, "lspci --version")

    def this_machine(self):
        """This machine"""
        page = self.trees_at / "page.html"
        first = subprocess.run(["lspci"], stdout=subprocess.PIPE).stdout.decode().split() or ["00:00.0"]
        self.page.parts.append(
            f"{len(list(pathlib.Path('/sys/bus/pci/devices').iterdir()))} functions.\n"
        )
        self.beside_lspci([], [])
        ways = self.programs.compare([
            self.ours(), self.ours("doctor"), self.ours("check"), self.ours("groups"),
            self.ours("plan", first[0]), self.ours("report", "-o", page),
        ])
        self.page.programs("command", ways)

    def beside_lspci(self, root, theirs, name="functions"):
        floor = [Way("C, uevent and group alone", [self.tools / "functions", *root[1:]], floor=True)]
        ways = self.programs.compare([
            self.ours("list", *root), self.ours("lspci", "-nnk", *root), *floor,
            Way("lspci -nnk", ["lspci", *theirs, "-nnk"]),
        ])
        self.page.programs(name, ways, "lspci -nnk")
        ways = self.programs.compare([
            self.ours("lspci", "-vvv", *root), Way("lspci -vvv", ["lspci", *theirs, "-vvv"]),
        ])
        self.page.programs(name, ways, "lspci -vvv")

    def trees(self):
        """Generated hosts"""
        hosts = [(f"{size:,} functions", self.trees_at / f"plain-{size}") for size in SIZES]
        hosts.append(("8 cards with 256 virtual functions each", self.trees_at / "cards"))
        for name, root in hosts:
            bus = root / "sys/bus/pci"
            inside = ["--root", root]
            self.beside_lspci(inside, ["-A", "linux-sysfs", "-O", f"sysfs.path={bus}"], name)
            card = "10:00.0" if root.name == "cards" else "00:01.0"
            ways = self.programs.compare([
                self.ours("list", "--json", *inside), self.ours("groups", *inside),
                self.ours("doctor", *inside), self.ours("check", *inside),
                self.ours("plan", card, *inside),
                self.ours("report", "-o", self.trees_at / "page.html", *inside),
            ])
            self.page.programs(name, ways)

    def dumps(self):
        """Dumps of lspci -xxxx"""
        for size in SIZES:
            bus = self.trees_at / f"plain-{size}/sys/bus/pci"
            dump = self.trees_at / f"dump-{size}"
            with dump.open("wb") as file:
                subprocess.run(["lspci", "-A", "linux-sysfs", "-O", f"sysfs.path={bus}", "-xxxx"],
                               stdout=file, stderr=subprocess.DEVNULL)
            ways = self.programs.compare([
                self.ours("lspci", "-vvv", "-F", dump), Way("lspci -vvv", ["lspci", "-vvv", "-F", dump]),
            ])
            self.page.programs(f"{size:,} functions", ways, "lspci -vvv")

    def names(self):
        """Names of IDs"""
        said = self.run(self.tools / "peers/release/passthru-bench-peers") or ""
        title, rows = "", []
        for line in [*said.splitlines(), "end:"]:
            if line.endswith(":"):
                if rows:
                    self.page.figures(title, "ns", rows, rows[-1][0])
                title, rows = re.sub(r", \d+ of them", "", line[:-1]), []
            else:
                found = re.match(r"\s+(.*\S)\s+([\d.]+) ns", line)
                rows.append((found[1].replace("pci-core", "passthru (pci-core)"), float(found[2])))
        library = self.tools / "installed/lib/libpassthru.so"
        if library.exists():
            said = self.run(self.given.python, REPOSITORY / "bench/languages/lookup.py", library,
                            self.tools / "lookup") or ""
            rows = [(line[:24].strip(), float(line[24:].split()[0]))
                    for line in said.splitlines() if " ns " in line]
            self.page.figures("a name from C and Python", "ns", rows)

    def python(self):
        """Python"""
        said = self.run(self.given.python, REPOSITORY / "bench/python/package.py")
        found = json.loads(said) if said else {"tables": [], "skipped": []}
        self.skipped += found["skipped"]
        for made in found["tables"]:
            rows = [tuple(row) for row in made["rows"]]
            self.page.figures(made["title"], made["unit"], rows, made["peer"], made["higher"])

    def roms(self):
        """Option ROMs"""
        self.page.parts.append(self.bandwidth())
        files = [pathlib.Path("/usr/lib/ipxe/qemu/efi-e1000.rom"),
                 pathlib.Path("/usr/share/seabios/vgabios-qxl.bin")]
        for file in files:
            if not file.exists():
                self.skipped.append(f"{file.name}: not installed")
                continue
            ways = self.programs.compare([
                self.ours("rom", "info", file), self.ours("rom", "verify", file),
                Way("romheaders", ["romheaders", file]),
                Way("rom-parser", ["rom-parser", file]),
            ])
            self.page.programs(f"{file.name}, {file.stat().st_size >> 10} KiB", ways, "romheaders")

        said = self.run("cargo", "bench", "--quiet", "-p", "vbios", "--bench", "efi", "--", *files[:1]) or ""
        for what in ("decompress", "compress"):
            times = re.findall(rf"\b{what}:? (\d+) us", said)
            if len(times) == 2:
                rows = [("passthru (vbios)", int(times[0])), ("edk2 in uefi-firmware", int(times[1]))]
                self.page.figures(f"{what} an EFI driver", "µs", rows, rows[1][0])
            else:
                self.skipped.append(f"{what} beside edk2: uefi-firmware is not installed")

    def bandwidth(self):
        rates = (self.run(self.tools / "bandwidth") or "0 0").split()
        return (f"Floor: the C library searches memory for a byte at {rates[0]} GB/s, and a cached "
                f"megabyte at {rates[1]} GB/s.\n")

    def groups(self):
        """Prediction of groups"""
        said = self.run("cargo", "bench", "--quiet", "-p", "iommu", "--bench", "predict") or ""
        rows = []
        for line in said.splitlines():
            found = re.match(r"(\d+) functions: ([\d.]+)(µs|ms|s)", line)
            if found:
                scale = {"µs": 1e-3, "ms": 1.0, "s": 1e3}[found[3]]
                rows.append((f"passthru (iommu), {int(found[1]):,} functions", float(found[2]) * scale))
        self.page.figures("functions", "ms", rows)
        self.page.parts.append("No other program predicts groups without the kernel.\n")

    def make(self):
        sections = [self.start, self.this_machine, self.trees, self.dumps, self.names, self.python,
                    self.roms, self.groups]
        load, began = machine.busy(), time.monotonic()
        for section in sections:
            if self.given.only and section.__name__ not in self.given.only:
                self.skipped.append(f"{section.__doc__}: not asked for")
                continue
            print(f"bench: {section.__name__}", file=sys.stderr, flush=True)
            self.page.section(section.__doc__)
            section()
        return self.text(load, time.monotonic() - began)

    def text(self, load, seconds):
        facts = [f"- {name}: {text}" for name, text in machine.described(self.command, self.given.python)]
        after = machine.busy()
        facts.append(f"- processors busy with other programs: {load:.2f} before, {after:.2f} after, {seconds:.0f} s of measuring")
        if self.given.only:
            facts.append(f"- not a whole run: sections {', '.join(self.given.only)} alone")
        if max(load, after) > BUSY:
            facts.append("- **the machine was busy: wall times and ratios are not to be cited**")
        losses = [f"- {line}" for line in self.page.losses] or ["- None."]
        skipped = [f"- {line}" for line in dict.fromkeys(self.skipped)] or ["- None."]
        return "\n".join([
            "# Benchmarks",
            "",
            "Written by `scripts/bench`: passthru and each peer in one run, in turns, medians of at least "
            "5 rounds. CPU time is user and system time. Instructions are those of user space, "
            "counted by callgrind: no load of the machine changes them. Peak memory is the "
            "resident set.",
            "",
            *facts,
            "",
            *self.page.parts,
            "## Slower than a peer\n",
            *losses,
            "",
            "## Not measured\n",
            *skipped,
            "",
        ])


def main():
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("--command", "--static", "--tools", "--trees", "--python", "--page"):
        options.add_argument(name, required=True)
    options.add_argument("--only", action="append", default=[])
    given = options.parse_args()
    text = Bench(given).make()
    for private in (str(REPOSITORY), str(pathlib.Path(given.tools)), str(pathlib.Path.home())):
        assert private == "/" or private not in text, private
    pathlib.Path(given.page).write_text(text)


if __name__ == "__main__":
    main()
