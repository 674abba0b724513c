"""How long a program waits for the name of a device: C, and Python by this package and
by the C library through ctypes and cffi, in one run.

    lookup.py LIBRARY [PROGRAM [LOOKUPS]]

LIBRARY is libpassthru.so, PROGRAM what lookup.c was compiled to. All take turns in 20
rounds, of each the best counts; the last column says how many times the first way's price
it is. What is not installed is left out, with a line that says so.
"""

import ctypes
import subprocess
import sys
import time

IDS = [
    (0x10DE, 0x2D04), (0x10DE, 0x22EB), (0x8086, 0x1533), (0x1002, 0x744C),
    (0x144D, 0xA80C), (0x10EC, 0x8168), (0x1022, 0x1480), (0x8086, 0x100E),
]
ROUNDS = 20


def by_ctypes(path):
    text = ctypes.CDLL(path).passthru_names_device_text
    text.restype = ctypes.c_size_t
    text.argtypes = [
        ctypes.c_void_p, ctypes.c_uint16, ctypes.c_uint16, ctypes.c_char_p, ctypes.c_size_t,
    ]
    buffer = ctypes.create_string_buffer(128)

    def lookup(vendor, device):
        text(None, vendor, device, buffer, 128)
        return buffer.value.decode()

    return lookup


def by_cffi(path):
    try:
        import cffi
    except ImportError:
        print("skipped: cffi is not installed")
        return None
    ffi = cffi.FFI()
    ffi.cdef(
        "size_t passthru_names_device_text(const void *names, uint16_t vendor, uint16_t device,"
        " char *buffer, size_t size);"
    )
    text = ffi.dlopen(path).passthru_names_device_text
    buffer = ffi.new("char[]", 128)

    def lookup(vendor, device):
        text(ffi.NULL, vendor, device, buffer, 128)
        return ffi.string(buffer).decode()

    return lookup


def by_package():
    try:
        from passthru import names
    except ImportError:
        print("skipped: the Python package is not installed")
        return None
    return lambda vendor, device: names.text((vendor, device))


def by_c(program, count):
    """What the C program prints of one round."""
    said = subprocess.run([program, str(count), "1"], capture_output=True, check=True).stdout
    for line in said.decode().splitlines():
        what, nanoseconds, _ = line.rsplit(maxsplit=2)
        yield what, float(nanoseconds)


def main(path, program=None, count=20000):
    count = int(count)
    ways = {
        "Python: package": by_package(),
        "Python: ctypes": by_ctypes(path),
        "Python: cffi": by_cffi(path),
    }
    ways = {what: lookup for what, lookup in ways.items() if lookup}
    best = {}
    for _ in range(ROUNDS):
        # The ways take turns, so that what else the machine does meets all.
        for what, nanoseconds in by_c(program, count * 5) if program else ():
            best[what] = min(best.get(what, nanoseconds), nanoseconds)
        for what, lookup in ways.items():
            start = time.perf_counter_ns()
            for i in range(count):
                lookup(*IDS[i % len(IDS)])
            nanoseconds = (time.perf_counter_ns() - start) / count
            best[what] = min(best.get(what, nanoseconds), nanoseconds)
    first = best.get("C: device_text") or next(iter(best.values()))
    for what, nanoseconds in best.items():
        print(f"{what:24} {nanoseconds:8.1f} ns {nanoseconds / first:8.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
