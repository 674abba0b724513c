#!/usr/bin/env python3
"""Captures configuration space from QEMU machines, as `lspci -F` reads it.

    capture.py [NAME...]      writes NAME.txt beside this file; default: all

The firmware (SeaBIOS) numbers the buses and assigns addresses, as on a real
host; then the test port of QEMU (-qtest) is asked for the bytes: the first 256
through I/O ports 0xcf8 and 0xcfc, of q35 all 4096 through the memory window that
its host bridge has in PCIEXBAR. `domain` moves a machine to another domain, as
VMD does; nothing else of the machine's output changes.
"""

import pathlib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent

PORT = "pcie-root-port,id=r{0},bus=pcie.0,chassis={0},addr={1}"


def host(*devices, machine="q35", domain=None, extra=()):
    return {"machine": machine, "devices": devices, "domain": domain, "extra": extra}


MACHINES = {
    # The defaults of the chipset: no root ports.
    "q35": host("VGA", "e1000e", "ich9-intel-hda", "ich9-usb-ehci1", "ich9-usb-uhci1"),
    "i440fx": host(
        "piix3-usb-uhci", "VGA", "rtl8139", "pcnet", "ne2k_pci", "lsi53c895a", "megasas",
        "AC97", "ES1370", "edu", "pci-serial", "pci-serial-2x", "i6300esb", "ivshmem-plain,memdev=shm",
        machine="pc", extra=("-object", "memory-backend-ram,id=shm,size=1M"),
    ),
    "i440fx-bridges": host(
        "pci-bridge,id=b1,chassis_nr=1,addr=5", "e1000,bus=b1,addr=1", "pci-bridge,id=b2,bus=b1,chassis_nr=2,addr=2",
        "e1000,bus=b2,addr=3,multifunction=on", "rtl8139,bus=b2,addr=3.1", "i82801b11-bridge,addr=6",
        machine="pc",
    ),
    "root-ports": host(
        PORT.format(1, "2.0") + ",multifunction=on", PORT.format(2, "2.1"), PORT.format(3, "3.0"),
        PORT.format(4, "4.0") + ",slot=7", "ioh3420,id=r5,bus=pcie.0,chassis=5,addr=5.0",
        "e1000e,bus=r1", "nvme,serial=1,bus=r2,msix_qsize=16", "qemu-xhci,bus=r3",
        "virtio-net-pci,bus=r5",
    ),
    "switch": host(
        PORT.format(1, "2.0"), "x3130-upstream,id=u1,bus=r1",
        "xio3130-downstream,id=d1,bus=u1,chassis=11,addr=0",
        "xio3130-downstream,id=d2,bus=u1,chassis=12,addr=1,multifunction=on",
        "xio3130-downstream,id=d3,bus=u1,chassis=13,addr=2",
        "nvme,serial=1,bus=d1", "e1000e,bus=d2", "x3130-upstream,id=u2,bus=d3",
        "xio3130-downstream,id=d4,bus=u2,chassis=14,addr=0", "virtio-blk-pci,drive=d,bus=d4",
        extra=("-blockdev", "driver=null-co,node-name=d,size=1048576"),
    ),
    "sr-iov": host(
        PORT.format(2, "3.0"),
        "nvme-subsys,id=s,nqn=n", "nvme,serial=1,bus=r2,subsys=s,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,max_ioqpairs=10,msix_qsize=11",
    ),
    "pcie-pci-bridge": host(
        PORT.format(1, "2.0"), "pcie-pci-bridge,id=p,bus=r1", "e1000,bus=p,addr=1",
        "pci-bridge,id=b,bus=p,chassis_nr=3,addr=2", "ES1370,bus=b,addr=4", "i82801b11-bridge,id=i,addr=4",
        "rtl8139,bus=i,addr=1",
    ),
    "expander": host(
        "pxb-pcie,id=x1,bus_nr=64,bus=pcie.0", "pcie-root-port,id=xr1,bus=x1,chassis=21", "e1000e,bus=xr1",
        "pxb-pcie,id=x2,bus_nr=128,bus=pcie.0", "pcie-root-port,id=xr2,bus=x2,chassis=22", "nvme,serial=2,bus=xr2",
    ),
    "i440fx-expander": host("pxb,id=x1,bus_nr=32,bus=pci.0", "e1000,bus=x1,addr=2", machine="pc"),
    "virtio": host(
        *[f"{name},bus=pcie.0" for name in (
            "virtio-net-pci", "virtio-rng-pci", "virtio-gpu-pci", "virtio-vga", "virtio-balloon-pci", "virtio-scsi-pci",
            "virtio-serial-pci", "virtio-keyboard-pci", "virtio-iommu-pci",
        )],
        "virtio-net-pci-transitional", "virtio-net-pci-non-transitional,bus=pcie.0",
        PORT.format(1, "10.0"), "virtio-net-pci,bus=r1",
    ),
    "cxl": host(
        "pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1", "cxl-rp,port=0,bus=cxl.1,id=rp13,chassis=0,slot=2",
        "cxl-type3,bus=rp13,memdev=mem,lsa=lsa,id=pmem0",
        "cxl-rp,port=1,bus=cxl.1,id=rp14,chassis=0,slot=3", "cxl-upstream,bus=rp14,id=us0",
        "cxl-downstream,port=0,bus=us0,id=sw0,chassis=0,slot=4",
        machine="q35,cxl=on",
        extra=("-object", "memory-backend-ram,id=mem,size=256M,share=on",
               "-object", "memory-backend-ram,id=lsa,size=256K,share=on",
               "-M", "cxl-fmw.0.targets.0=cxl.1,cxl-fmw.0.size=4G"),
    ),
    "vmd": host(PORT.format(1, "2.0"), "nvme,serial=1,bus=r1", PORT.format(2, "3.0"), domain=0x10000),
    "multifunction": host(
        "ich9-usb-uhci1,addr=1d.0,multifunction=on", "ich9-usb-uhci2,addr=1d.1", "ich9-usb-uhci3,addr=1d.2",
        "ich9-usb-ehci1,addr=1d.7", "sdhci-pci", "nec-usb-xhci", "ich9-ahci", "am53c974", "dc390", "mptsas1068",
        "megasas-gen2", "vmxnet3", "pvscsi", "usb-ehci", "pci-ohci", "tpci200", "qxl", "ati-vga", "cirrus-vga",
        "bochs-display", "intel-hda", "pcie-pci-bridge",
    ),
    "iommu": host("intel-iommu", "vmxnet3", PORT.format(1, "2.0"), "e1000e,bus=r1",
                 machine="q35,kernel-irqchip=off"),
    "amd-iommu": host("amd-iommu", "e1000e", machine="q35,kernel-irqchip=off"),
    "acs-off": host(PORT.format(1, "2.0") + ",disable-acs=on", "e1000e,bus=r1", PORT.format(2, "3.0") + ",x-speed=16,x-width=32",
                   "nvme,serial=3,bus=r2,use-intel-id=on", PORT.format(3, "4.0") + ",x-speed=2_5,x-width=1,power_controller_present=off",
                   "e1000e,bus=r3"),
}


class Qtest:
    """The line protocol of -qtest."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        self.listener.settimeout(20)

    def accept(self):
        self.peer, _ = self.listener.accept()
        self.file = self.peer.makefile("rw")

    def ask(self, line):
        self.file.write(line + "\n")
        self.file.flush()
        while not (answer := self.file.readline()).startswith(("OK", "FAIL")):
            if not answer:
                raise EOFError("QEMU went away")
        return int(answer.split()[1], 16) if len(answer.split()) > 1 else None

    def config(self, bus, devfn, offset):
        self.ask(f"outl 0xcf8 {0x80000000 | bus << 16 | devfn << 8 | offset:#x}")
        return self.ask("inl 0xcfc")


def space(qtest, window, bus, devfn):
    """All bytes of a function, or nothing where there is none."""
    if qtest.config(bus, devfn, 0) & 0xffff == 0xffff:
        return b""
    words = [qtest.config(bus, devfn, at) for at in range(0, 256, 4)]
    if window:
        base = window + (bus << 20) + (devfn << 12)
        if qtest.ask(f"readl {base + 256:#x}") != 0xffffffff:
            words += [qtest.ask(f"readl {base + at:#x}") for at in range(256, 4096, 4)]
    return b"".join(word.to_bytes(4, "little") for word in words)


def dump(qtest, domain, whole):
    host = qtest.config(0, 0, 0)
    window = 0
    if host == 0x29c08086:
        bar = qtest.config(0, 0, 0x60)
        window = bar & 0xf0000000 if bar & 1 else 0
    lines = []
    for bus in range(256):
        for devfn in range(256):
            if devfn & 7 and not found_first:
                continue
            config = space(qtest, window, bus, devfn)
            if not devfn & 7:
                found_first = bool(config)
            if not config:
                continue
            prefix = f"{domain:04x}:" if domain else ""
            lines.append(f"{prefix}{bus:02x}:{devfn >> 3:02x}.{devfn & 7} QEMU")
            # Zeros to the end are not worth their lines: but for one machine, the
            # functions read as if their extended space ended early.
            last = max((at for at in range(0, len(config), 16) if any(config[at:at + 16])), default=0)
            for at in range(0, len(config) if whole else max(256, last + 80), 16):
                lines.append(f"{at:02x}: {config[at:at + 16].hex(' ')}")
            lines.append("")
    return "\n".join(lines) + "\n"


def capture(name, machine, devices, domain, extra):
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/qtest"
        qtest = Qtest(path)
        command = ["qemu-system-x86_64", "-M", machine, "-accel", "tcg", "-m", "512", "-nodefaults",
                   "-display", "none", "-qtest", f"unix:{path}", "-qtest-log", "none", *extra]
        for device in devices:
            command += ["-device", device]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            qtest.accept()
            # The firmware is through with PCI in well under a second.
            time.sleep(4)
            text = dump(qtest, domain, whole=name == "acs-off")
        except (EOFError, OSError, TimeoutError) as error:
            process.kill()
            return f"{name}: {error}: {process.stderr.read().strip()[:300]}"
        finally:
            process.kill()
            process.wait()
    (HERE / f"{name}.txt").write_text(text)
    return f"{name}: {text.count('QEMU')} functions"


if __name__ == "__main__":
    for name in sys.argv[1:] or MACHINES:
        print(capture(name, **MACHINES[name]), flush=True)
