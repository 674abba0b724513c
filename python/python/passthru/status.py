"""A host in one document."""

from __future__ import annotations

from . import html
from .devices import Device
from .findings import Findings
from .transactions import TransactionState
from .values import Document, Value


class ListedTransaction(Value):
    """A plan that was applied, or that waits to be finished."""

    # Fields of the schema's ListedTransaction.
    number: int
    """Its number."""
    state: TransactionState
    """Its state."""
    time: int
    """Its time in seconds since 1970."""
    devices: tuple[str, ...]
    """Its functions."""
    reboot_reason: str | None
    """Why the plan needs a reboot, or None."""
    rebooted: bool | None
    """Whether the host was rebooted since; None where not in the input."""

    _parts = {"state": TransactionState}
    # End of the fields.


class Status(Document):
    """A summary of a host."""

    SCHEMA = "passthru-status/1"

    # Fields of the schema's Status.
    system: str | None
    """The operating system."""
    hypervisor: str | None
    """The hypervisor."""
    kernel: str | None
    """The running kernel."""
    parts: tuple[str, ...]
    """The parts of the host: system, hypervisor, kernel, processor, machine."""
    names: tuple[str, ...]
    """The names of programs, systems, hardware and kinds of assignment in the text that are
    no parts of the host; nothing proves whether they are the host's, a guest's or another
    machine's."""
    candidates: tuple[Device, ...]
    """The functions that can be assigned."""
    transaction: ListedTransaction | None
    """The newest plan that was applied and not undone, or None."""
    findings: Findings
    """The findings."""

    _parts = {
        "candidates": Device._of,
        "transaction": ListedTransaction._of,
        "findings": Findings._of,
    }
    # End of the fields.

    def _repr_html_(self) -> str:
        facts = html.definitions(
            [
                ("System", self.system),
                ("Hypervisor", self.hypervisor),
                ("Kernel", self.kernel),
                ("Newest plan", self.transaction and self.transaction.state),
            ]
        )
        rows = [
            f'<li><div class="function"><div class="about">{_group(one)}<p class="name">'
            f"<b>{html.text(one.address)}</b> {html.text(one.device_name or one.name)}</p>"
            f'<p class="facts">{_facts(one)}</p></div></div></li>'
            for one in self.candidates
        ]
        tree = f'<div class="tree"><ul>{"".join(rows)}</ul></div>'
        return html.fragment(facts, tree, self.findings._html())


def _group(device: Device) -> str:
    group = device.iommu_group
    return "" if group is None else f'<span class="pill">group {group}</span>'


def _facts(device: Device) -> str:
    facts = [device.vendor_name, device.driver and f"driver {device.driver}"]
    return " ".join(f"<span>{html.text(fact)}</span>" for fact in facts if fact)
