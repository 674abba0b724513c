"""A host, and its inputs."""

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
    """The page of ``Host.report``: a string that a notebook shows in a frame."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        page = html.text(self)
        return (
            '<iframe sandbox="" title="passthru" style="width:100%;height:40rem;border:0" '
            f'srcdoc="{page}"></iframe>'
        )


class Host:
    """A host, as far as its input shows it.

    Each constructor reads the input once: ``Host.live()``, ``Host.from_directory(path)``,
    ``Host.from_files(paths)`` or ``Host.from_texts(texts)``. Nothing is written, no device
    is resumed and no program is run.

    ``devices`` are words as on the command line: addresses (``01:00.0``), slots
    (``01:00``), IDs (``10de:2d04``) or words of the name (``rtx 3060``); one string, or
    several in a list. ``target`` is a hypervisor (``proxmox``, ``libvirt``, ``esxi``, …);
    None for the hypervisor in the input.

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
        """The host in files with texts and snapshots.

        If prompts in a text name several hosts, ``host`` selects one: ``pve`` of
        ``root@pve:~#``. Output after the prompts of others is not read.
        """
        return Host._made(_passthru.Host.from_files(paths, host))

    @staticmethod
    def from_texts(texts: Mapping[str, Text], *, host: str | None = None) -> Host:
        """The host in texts and snapshots, each with a name for evidence. The kind of a text
        is recognized from its content. ``host`` is as for ``from_files``."""
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
        """The output of ``passthru doctor --format``: ``text`` for people, ``jsonl`` for
        logs, ``prometheus`` for the textfile collector of node_exporter."""
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
        """Plan the edits, commands and checks that assign devices to a guest. All functions of
        a card are included. Nothing is applied.

        ``vm`` is the guest: its number on Proxmox VE, its name for libvirt. ``bind`` is the
        binding method, a word of docs/driver-binding.md; None for the best one for the host.

        VM options: ``hide`` hides the hypervisor, a text is the Hyper-V vendor ID;
        ``huge_pages`` is ``2M``,
        ``1G`` or ``default``; ``looking_glass`` the guest's screen (``2560x1440``,
        ``3840x2160,hdr``) and ``user`` the account of its client; ``rom`` the file with the
        graphics card's ROM; ``primary`` makes the card the guest's primary display.
        ``firmware`` is ``ovmf`` or ``seabios``, and ``machine_type`` ``q35`` or ``i440fx``:
        without them an existing guest keeps its own, and a new one has ``ovmf`` and
        ``q35``. ``mmio_window`` is the 64-bit MMIO window of the guest: ``64G``, or True
        for the size that the devices' BARs need; by default it is set if the guest's own
        window is known to be too small.

        ``clean`` also removes settings that have no effect.
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
        """Plan the release of cards that are bound to vfio-pci to their host drivers, also if
        another program bound them. All functions of a card are included. Nothing is applied."""
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
        """The setup inside a guest that has the devices.

        ``system`` is ``windows``, a distribution (``debian``, ``fedora``, ``arch``, …) or
        its initramfs program; ``driver`` the version of NVIDIA's driver or its branch;
        ``open_modules`` selects its open kernel modules if a branch has both kinds;
        ``instances`` are the devices' instance paths in Windows; ``looking_glass`` is the
        guest's screen.
        """
        options = [] if driver is None else [f"driver={driver}"]
        options += ["open"] if open_modules else []
        options += [f"instance={path}" for path in instances]
        options += [] if looking_glass is None else [f"looking-glass={looking_glass}"]
        return GuestSetup._of_json(self._host.guest_setup(devices, system, options))

    def devices(self, devices: str | Iterable[str] = ()) -> DeviceList:
        """The PCI functions, by address; with words, only those that match."""
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

        For ``devices`` the result also has the functions that share a group with them, and
        the changes that isolate them. ``options`` are additional kernel options
        (``pcie_acs_override=downstream``), and changes of the hardware
        (``card=00:1c.4,like=01:00``, ``moved=01:00,00:1c.4``, ``port=00:1c.5,like=00:1c.4``);
        ``kernel`` is another kernel's release. On the running host this resumes suspended
        functions.
        """
        return PredictedGroups._of_json(self._host.predict(devices, options, kernel))

    def status(self) -> Status:
        """The host in one document."""
        text, sentences = self._host.status()
        status = Status._of_json(text)
        with_sentences(status.findings.findings, sentences)
        return status

    def verify(self, plan: Plan | None = None) -> Verification:
        """Evaluate the checks of a plan, as far as the host shows their results.

        Without a plan, it is the newest that was applied to the host.
        """
        text = None if plan is None else plan.to_json()
        return Verification._of_json(self._host.verify(text))

    def diff(self, newer: Host) -> Diff:
        """The differences from this state to a newer one."""
        return Diff._of_json(self._host.diff(newer._host))

    def capture(self) -> str:
        """All input of the analysis, as a snapshot that can be shared: MAC addresses, UUIDs
        and serial numbers are replaced, each always by the same substitute. Names remain:
        read the snapshot before you share it. ``from_texts`` and ``from_files`` read it."""
        return self._host.capture(True)

    def report(
        self,
        devices: str | Iterable[str] = (),
        target: str | None = None,
        vm: str | int | None = None,
    ) -> Report:
        """One HTML page for a browser: findings, topology, IOMMU groups and, with devices,
        their plan. It fetches nothing and runs nothing; substitutes are as in
        ``capture()``."""
        return Report(self._host.report(devices, target, vm))

    def lspci(self, *options: str, pciutils: str | None = None) -> str:
        """The output of ``lspci`` for the host with these options: ``"-nnk"``, ``"-s"``,
        ``"01:00"``. ``pciutils`` is the release to imitate: ``3.9``, ``3.13`` or ``3.15``,
        the newest."""
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
