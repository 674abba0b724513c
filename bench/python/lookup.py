"""What a lookup of a name costs, and what importing the package does.

    bench/python/lookup.py

The lookup by numbers that the extension does itself stands beside the public functions,
so that the price of reading the id is told from that of the call.
"""

import subprocess
import sys
import timeit

import passthru
from passthru import _passthru, names

CALLS = 200_000


def price(statement: str, **names_: object) -> float:
    timer = timeit.Timer(statement, globals=names_)
    return min(timer.repeat(5, CALLS)) / CALLS * 1e9


def main() -> None:
    assert names.device("10de:1c03") == _passthru.device_name(0x10DE, 0x1C03)
    rows = [
        ("passthru.names.device(text)", price("f('10de:1c03')", f=names.device)),
        ("passthru.names.device(numbers)", price("f((0x10de, 0x1c03))", f=names.device)),
        ("pyo3, the lookup itself", price("f(0x10de, 0x1c03)", f=_passthru.device_name)),
    ]
    for name, nanoseconds in rows:
        print(f"{name:32} {nanoseconds:8.0f} ns")
    times = []
    for _ in range(5):
        program = "import time; t = time.perf_counter(); import passthru; print(time.perf_counter() - t)"
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        times.append(float(ended.stdout))
    print(f"{'import passthru ' + passthru.__version__:32} {min(times) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()
