"""Programs measured in turns, and the tables of the page."""

import pathlib
import re
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass, field

#: Seconds for the rounds of one table, and how many rounds there are at least and at most.
SECONDS = 5.0
LEAST, MOST = 5, 41


@dataclass
class Way:
    """One program of a comparison."""

    name: str
    words: list
    runs: list = field(default_factory=list)
    instructions: int = 0
    #: Whether the row is a floor: nothing that does the work can be faster.
    floor: bool = False

    def median(self, column):
        return statistics.median(run[column] for run in self.runs)


class Programs:
    """Runs programs by `measure`, which has little memory of its own."""

    def __init__(self, measure, skipped):
        self.measure = measure
        self.skipped = skipped

    def once(self, way):
        said = subprocess.run(
            [self.measure, *map(str, way.words)], stdout=subprocess.PIPE, check=True
        ).stdout.split()
        wall, user, system, memory, status = map(int, said)
        return (wall / 1e6, (user + system) / 1e3, memory / 1024, status)

    def compare(self, ways, seconds=SECONDS, counted=True):
        """Measures the ways in turns; a way whose program is missing or fails is left out."""
        usable = []
        for way in ways:
            if not shutil.which(str(way.words[0])):
                self.skipped.append(f"{way.name}: {pathlib.Path(way.words[0]).name} is not installed")
            elif self.once(way)[3] > 2:
                self.skipped.append(f"{way.name}: the program fails here")
            else:
                usable.append(way)
        began, rounds = time.monotonic(), 0
        while usable and rounds < MOST and (rounds < LEAST or time.monotonic() - began < seconds):
            for way in usable:
                way.runs.append(self.once(way))
            rounds += 1
        if counted:
            for way in usable:
                way.instructions = self.instructions(way)
        return usable

    def instructions(self, way):
        """Instructions of one run, which no other load changes; 0 where valgrind is missing."""
        if not shutil.which("valgrind"):
            return 0
        said = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, way.words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ).stderr.decode(errors="replace")
        found = re.search(r"Collected : (\d+)", said)
        return int(found[1]) if found else 0


def number(value):
    """A number with three digits that count."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head, rows):
    """A table in Markdown; its first column is text, the others are numbers."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


class Page:
    """The page: sections, and the rows where a peer is faster."""

    def __init__(self):
        self.parts = []
        self.losses = []

    def section(self, title, text=""):
        self.parts.append(f"## {title}\n" + (f"\n{text}\n" if text else ""))

    def programs(self, what, ways, peer=None):
        """A table of programs; `peer` is the name of the row that ratios are beside."""
        if not ways:
            return
        beside = next((way for way in ways if way.name == peer), None)
        rows = []
        for way in ways:
            ratio = []
            if beside is not None and way is not beside and not way.floor:
                ratio = [beside.median(column) / max(way.median(column), 1e-6) for column in (0, 1)]
                if ratio[0] < 1 and way.name.startswith("passthru"):
                    self.losses.append(
                        f"{what}: `{way.name}` needs {number(1 / ratio[0])} times the time of {peer}"
                    )
            rows.append((
                f"`{way.name}`" if not way.floor else f"{way.name} (floor)",
                number(way.median(0)),
                number(way.median(1)),
                number(way.instructions / 1e6) if way.instructions else "",
                number(way.median(2)),
                " / ".join(map(number, ratio)),
            ))
        head = (what, "wall ms", "CPU ms", "million instructions", "peak MiB",
                f"times as fast as {peer}, wall / CPU" if beside else "")
        self.parts.append(table(head, rows))

    def figures(self, what, unit, rows, peer=None, higher=False):
        """A table of (name, value); `peer` is the row that ratios are beside."""
        beside = dict(rows).get(peer)
        done = []
        for name, value in rows:
            ratio = ""
            if beside and name != peer:
                ratio = value / beside if higher else beside / value
                if ratio < 1 and name.startswith("passthru"):
                    self.losses.append(f"{what}: {name} is {number(1 / ratio)} times slower than {peer}")
            done.append((name, number(value), ratio and number(ratio)))
        head = (what, unit, f"times as fast as {peer}" if beside else "")
        self.parts.append(table(head, done))
