"""Makes the dumps beside it: every extended capability that lspci decodes, with bits
that are set at random, and the same ones each time. Where lspci reads beyond its own
tables, as for codes of CXL that mean nothing, only codes that mean something are used.

    python3 make.py
"""

import random
import struct
from pathlib import Path

# Capability ID: number of 4-byte registers after its header.
REGISTERS = {
    0x01: 17, 0x02: 20, 0x03: 2, 0x04: 3, 0x05: 12, 0x07: 2, 0x0B: 3, 0x0D: 10, 0x0E: 1,
    0x0F: 1, 0x10: 15, 0x12: 11, 0x13: 3, 0x15: 12, 0x17: 4, 0x18: 1, 0x19: 11, 0x1B: 1,
    0x1D: 14, 0x1E: 4, 0x1F: 2, 0x23: 3, 0x24: 12, 0x25: 2, 0x26: 16, 0x27: 17, 0x2A: 16,
    0x2E: 5, 0x2F: 3, 0x30: 40, 0x31: 8, 0x3F: 1,
}
# Those that came later, so that the others stay as they were.
LATER = {0x32: 14, 0x34: 8, 0x36: 9}
TYPES = [0, 1, 4, 5, 6, 7, 9, 10]
CXL = 0x1E98
RANDOM = random.Random(2026)


def word():
    return RANDOM.choice(
        [RANDOM.getrandbits(32)] * 4
        + [0, 0xFFFFFFFF, RANDOM.getrandbits(8), RANDOM.getrandbits(32) & RANDOM.getrandbits(32)]
    )


def registers(kind):
    words = [word() for _ in range((REGISTERS | LATER)[kind])]
    if kind == 0x02:  # how many channels
        words[0] = words[0] & ~7 | RANDOM.choice([0, 1, 2])
    elif kind == 0x05:  # how many links
        words[0] = words[0] & ~0xFF00 | RANDOM.choice([0, 1, 2]) << 8
    elif kind in (0x15, 0x24):  # how many base address registers
        words[1] = words[1] & ~0xE0 | RANDOM.choice([0, 1, 2, 3, 7]) << 5
    elif kind == 0x23:  # not CXL
        words[0] = words[0] & ~0xFFFF | 0x8086
    elif kind == 0x36:  # how long it is
        words[0] = words[0] & ~0xFFF | RANDOM.choice([4, 8, 16, 30, 40, 0xFFF])
    elif kind == 0x30:  # how many streams
        words[0] = words[0] & ~0xFFE000 | RANDOM.choice([0, 1, 2]) << 13 | RANDOM.choice([0, 1]) << 16
    return kind, struct.pack(f"<{len(words)}I", *words)


def cxl(kind, revision, length, body):
    head = struct.pack("<IH", CXL | revision << 16 | length << 20, kind)
    return 0x23, (head + body).ljust((length + 3) // 4 * 4 - 4, b"\0")


def some(count):
    return bytes(RANDOM.getrandbits(8) for _ in range(count))


def memory_range():
    low = RANDOM.getrandbits(32) & 0xF0000003
    low |= RANDOM.choice([0, 1, 2]) << 2 | RANDOM.choice([0, 1, 2]) << 5
    low |= RANDOM.randrange(8) << 8 | RANDOM.randrange(8) << 13
    return struct.pack("<IIII", RANDOM.getrandbits(8), low, RANDOM.getrandbits(10), RANDOM.getrandbits(32))


def structures_of_cxl():
    device = some(14) + memory_range() + memory_range() + some(6)
    blocks = b"".join(
        bytes([RANDOM.getrandbits(3), RANDOM.choice([0, 1, 2, 3, 4, 255, 7])]) + some(6) for _ in range(3)
    )
    flex_bus = RANDOM.choice([(0, 0x10), (0, 0x14), (1, 0x14), (1, 0x20), (2, 0x20), (2, 0x24), (3, 0x20)])
    made = [
        cxl(0, *RANDOM.choice([(0, 0x38), (1, 0x38), (2, 0x3C), (3, 0x3C)]), device),
        cxl(2, 0, 0x2C, some(34)),
        cxl(3, 0, RANDOM.choice([0x10, 0x28]), some(30)),
        cxl(4, 0, 0x10, some(6)),
        cxl(5, 0, 0x10, some(6)),
        cxl(7, *flex_bus, some(26)),
        cxl(8, 0, RANDOM.choice([0x0C, 0x14, 0x24]), some(2) + blocks),
        cxl(9, 0, 0x10, bytes([RANDOM.randrange(20)]) + bytes(5)),
        cxl(RANDOM.choice([1, 6, 10, 11]), 0, 0x14, some(10)),
    ]
    RANDOM.shuffle(made)
    return made


def function(address, capabilities):
    space = bytearray(4096)
    space[:4] = bytes.fromhex("f41a4110")
    space[6] = 0x10
    space[0x34] = 0x40
    struct.pack_into("<HH", space, 0x40, 0x10, 2 | RANDOM.choice(TYPES) << 4)
    struct.pack_into("<I", space, 0x4C, RANDOM.choice([0, 1, 4, 16, 32]) << 4 | 4)
    at = 0x100
    for index, (kind, body) in enumerate(capabilities):
        end = at + 4 + len(body)
        following = end if index + 1 < len(capabilities) else 0
        header = kind | RANDOM.choice([1, 2]) << 16 | following << 20
        space[at:end] = struct.pack("<I", header) + body
        at = end
    lines = [f"{address} made for a test"]
    for at in range(0, (at + 32) // 16 * 16, 16):
        lines.append(f"{at:02x}: " + space[at : at + 16].hex(" "))
    return "\n".join(lines) + "\n\n"


def main():
    here = Path(__file__).parent
    kinds = [
        function(f"{number >> 5:02x}:{number & 31:02x}.0", [registers(kind) for _ in range(3)])
        for number, kind in enumerate(sorted(REGISTERS))
    ]
    (here / "structures.txt").write_text("".join(kinds))
    devices = [function(f"04:{number:02x}.0", structures_of_cxl()) for number in range(8)]
    (here / "cxl.txt").write_text("".join(devices))
    later = [
        function(f"05:{number:02x}.0", [registers(kind) for _ in range(8)])
        for number, kind in enumerate(sorted(LATER))
    ]
    (here / "later.txt").write_text("".join(later))


main()
