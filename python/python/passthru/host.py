"""A host, and where it is read from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

from . import _passthru, html
from .devices import DeviceList
from .differences import Diff
from .check import Ask, CardCheck
from .findings import Findings, with_sentences
from .groups import Groups, PredictedGroups
from .guest import GuestSetup
from .plans import Plan
from .status import Status
from .verification import Verification

Path = Union[str, "os.PathLike[str]"]
Text = Union[str, bytes, bytearray, memoryview]


class Report(str):
    """The page of ``Host.report``: a string, which a notebook shows in a frame."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        page = html.text(self)
        return (
            '<iframe sandbox="" title="passthru" style="width:100%;height:40rem;border:0" '
            f'srcdoc="{page}"></iframe>'
        )


class Host:
    """A host, as far as its input shows it.

    It is read once, when it is made: ``Host.live()``, ``Host.from_directory(path)``,
    ``Host.from_files(paths)`` or ``Host.from_texts(texts)``. Nothing is written, no device
    is woken and no program is run.

    ``devices`` are everywhere words as on the command line: addresses (``01:00.0``), slots
    (``01:00``), ids (``10de:2d04``) or words of the name (``rtx 3060``); one string, or
    several in a list. ``target`` is a hypervisor (``proxmox``, ``libvirt``, ``esxi``, …);
    None for the one that the input shows.

    A host is pickled as a complete snapshot, for other processes; ``capture()`` is the snapshot
    to share.
    """

    __slots__ = ("_host",)

    _host: _passthru.Host

    def __new__(cls) -> Host:
        raise TypeError("a Host is made by live(), from_directory(), from_files(), from_texts()")

    @staticmethod
    def _made(host: _passthru.Host) -> Host:
        made = object.__new__(Host)
        object.__setattr__(made, "_host", host)
        return made

    @staticmethod
    def live() -> Host:
        """This machine."""
        return Host._made(_passthru.Host.live())

    @staticmethod
    def from_directory(path: Path) -> Host:
        """The host in a directory: a chroot, an unpacked archive, an example."""
        return Host._made(_passthru.Host.from_directory(path))

    @staticmethod
    def from_files(paths: Path | Iterable[Path], *, host: str | None = None) -> Host:
        """The host that files with texts and snapshots show.

        Where prompts in a text name several hosts, ``host`` is the one that is meant:
        ``pve`` of ``root@pve:~#``. What stands behind the prompts of others is not read.
        """
        return Host._made(_passthru.Host.from_files(paths, host))

    @staticmethod
    def from_texts(texts: Mapping[str, Text], *, host: str | None = None) -> Host:
        """The host that texts and snapshots show, each under the name that evidence will
        call it. What a text is, is found from what it says. ``host`` is as for
        ``from_files``."""
        return Host._made(_passthru.Host.from_texts(texts, host))

    def doctor(self, devices: str | Iterable[str] = (), target: str | None = None) -> Findings:
        """The findings, worst first, with their evidence. Without ``devices``, those about
        the devices that the host's settings pass through."""
        return Findings._said(self._host.doctor(devices, target))

    def check(self, devices: str | Iterable[str] = (), target: str | None = None) -> CardCheck:
        """Whether each card can be assigned, and the host impact. Without ``devices``, every
        card that could be assigned."""
        return CardCheck._said(self._host.check(devices, target))

    def ask(self, devices: str | Iterable[str] = (), target: str | None = None) -> Ask:
        """One line for a shell that gathers the facts that the input lacks."""
        return Ask._of_json(self._host.ask(devices, target))

    def doctor_text(
        self,
        devices: str | Iterable[str] = (),
        target: str | None = None,
        *,
        form: str = "text",
    ) -> str:
        """The findings as ``passthru doctor --format`` prints them: ``text`` for people,
        ``jsonl`` for logs, ``prometheus`` for the textfile collector of node_exporter."""
        return self._host.doctor_text(devices, target, form)

    def plan(
        self,
        devices: str | Iterable[str],
        target: str | None = None,
        vm: str | int | None = None,
        bind: str | None = None,
        *,
        hide: str | bool = False,
        huge_pages: str | None = None,
        looking_glass: str | None = None,
        user: str | None = None,
        rom: str | None = None,
        primary: bool = False,
        firmware: str | None = None,
        machine_type: str | None = None,
        mmio_window: str | bool = False,
        clean: bool = False,
    ) -> Plan:
        """Plan the edits, commands and checks that pass devices through. All functions of
        a card are included. Nothing is applied.

        ``vm`` is the guest: its number on Proxmox VE, its name for libvirt. ``bind`` is how
        vfio-pci is to get the functions, a word of docs/driver-binding.md; None for the
        way that the host's facts choose.

        VM options: ``hide`` hides the
        hypervisor, a text being what Hyper-V's name becomes; ``huge_pages`` is ``2M``,
        ``1G`` or ``default``; ``looking_glass`` the guest's screen (``2560x1440``,
        ``3840x2160,hdr``) and ``user`` who runs its client; ``rom`` the file with the
        graphics card's ROM; ``primary`` makes the card the guest's first screen.
        ``firmware`` is ``ovmf`` or ``seabios``, and ``machine_type`` ``q35`` or ``i440fx``:
        without them an existing guest keeps its own, and a new one has ``ovmf`` and
        ``q35``. ``mmio_window`` is the guest's room for BARs above 4 GiB: ``64G``, or True
        for what the devices' BARs need; otherwise it is set where a guest of the target is
        known to have too little by itself.

        ``clean`` also removes settings that have no effect beside the plan.
        """
        vm_options = [
            f"{name}={value}"
            for name, value in (
                ("hide", hide if isinstance(hide, str) else None),
                ("huge-pages", huge_pages),
                ("looking-glass", looking_glass),
                ("user", user),
                ("rom", rom),
                ("firmware", firmware),
                ("machine-type", machine_type),
                ("mmio-window", mmio_window if isinstance(mmio_window, str) else None),
            )
            if value is not None
        ]
        vm_options += ["hide"] if hide is True else []
        vm_options += ["primary"] if primary else []
        vm_options += ["mmio-window"] if mmio_window is True else []
        vm_options += ["clean"] if clean else []
        return Plan._of_json(self._host.plan(devices, target, vm, bind, vm_options))

    def release(self, devices: str | Iterable[str]) -> Plan:
        """Plan how cards that are bound to vfio-pci go back to their drivers, whoever bound
        them. All functions of a card are included. Nothing is applied."""
        return Plan._of_json(self._host.release(devices))

    def guest_setup(
        self,
        devices: str | Iterable[str],
        system: str,
        *,
        driver: str | None = None,
        open_modules: bool = False,
        instances: Iterable[str] = (),
        looking_glass: str | None = None,
    ) -> GuestSetup:
        """What is done inside a guest that has the devices.

        ``system`` is ``windows``, a distribution (``debian``, ``fedora``, ``arch``, …) or
        what makes its initramfs; ``driver`` the version of NVIDIA's driver or its branch;
        ``open_modules`` asks for its open kernel modules where a branch has both kinds;
        ``instances`` are the devices' instance paths in Windows; ``looking_glass`` is the
        guest's screen.
        """
        options = [] if driver is None else [f"driver={driver}"]
        options += ["open"] if open_modules else []
        options += [f"instance={path}" for path in instances]
        options += [] if looking_glass is None else [f"looking-glass={looking_glass}"]
        return GuestSetup._of_json(self._host.guest_setup(devices, system, options))

    def devices(self, devices: str | Iterable[str] = ()) -> DeviceList:
        """The PCI functions, by address. Words choose some of them."""
        return DeviceList._of_json(self._host.list(devices))

    def devices_text(self, devices: str | Iterable[str] = (), *, tree: bool = False) -> str:
        """The output of ``passthru list``; with ``tree``, the PCI tree."""
        return self._host.list_text(devices, tree)

    def groups(self) -> Groups:
        """The IOMMU groups as they are."""
        return Groups._of_json(self._host.groups())

    def predict_groups(
        self,
        devices: str | Iterable[str] = (),
        options: str | Iterable[str] = (),
        kernel: str | None = None,
    ) -> PredictedGroups:
        """The IOMMU groups that Linux would form.

        For ``devices`` it has the functions that share a group with them, and the changes that
        isolate them.
        ``options`` are kernel options that are set in addition
        (``pcie_acs_override=downstream``), and changes of the hardware
        (``card=00:1c.4,like=01:00``, ``moved=01:00,00:1c.4``, ``port=00:1c.5,like=00:1c.4``);
        ``kernel`` is another kernel's release. On the
        running host this wakes functions that sleep.
        """
        return PredictedGroups._of_json(self._host.predict(devices, options, kernel))

    def status(self) -> Status:
        """The host in one document."""
        text, sentences = self._host.status()
        status = Status._of_json(text)
        with_sentences(status.findings.findings, sentences)
        return status

    def verify(self, plan: Plan | None = None) -> Verification:
        """Whether a plan worked, as far as the host shows it now, and why not.

        Without one it is the newest that was applied there.
        """
        text = None if plan is None else plan.to_json()
        return Verification._of_json(self._host.verify(text))

    def diff(self, newer: Host) -> Diff:
        """The differences from this state to a newer one."""
        return Diff._of_json(self._host.diff(newer._host))

    def capture(self) -> str:
        """All that the analysis reads, as a snapshot that can be shared: MAC addresses,
        UUIDs and serial numbers are replaced, each by the same stand-in throughout. Names
        stay: read it before you hand it on. ``from_texts`` and ``from_files`` take it."""
        return self._host.capture(True)

    def report(
        self,
        devices: str | Iterable[str] = (),
        target: str | None = None,
        vm: str | int | None = None,
    ) -> Report:
        """One HTML page for a browser: findings, topology, IOMMU groups and, with devices,
        their plan. It fetches nothing and runs nothing; stand-ins are as in
        ``capture()``."""
        return Report(self._host.report(devices, target, vm))

    def lspci(self, *options: str, pciutils: str | None = None) -> str:
        """What ``lspci`` prints of the host with these options: ``"-nnk"``, ``"-s"``,
        ``"01:00"``. ``pciutils`` is the release whose text it is: ``3.9``, ``3.13`` or
        ``3.15``, the newest."""
        return self._host.lspci(options, pciutils)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Host.{name} cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return Host.from_texts, ({"snapshot": self._host.capture(False)},)

    def __copy__(self) -> Host:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Host:
        return self

    def __repr__(self) -> str:
        return f"<passthru.Host: {self._host.summary()}>"

    def _repr_html_(self) -> str:
        return html.fragment(self._host.html())
