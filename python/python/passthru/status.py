"""A host in one document."""

from __future__ import annotations

from .devices import Device
from .findings import Report
from .transactions import TransactionState
from .values import Document, Value


class ListedTransaction(Value):
    """A plan that was applied, or that waits to be finished."""

    number: int
    """Its number, from 1."""
    state: TransactionState
    """How far it is."""
    time: int
    """When it was begun, in seconds since 1970-01-01 UTC."""
    devices: tuple[str, ...]
    """The functions of the plan."""
    reboot: str | None
    """Why the plan needs a reboot; None where it needs none."""
    restarted: bool | None
    """Whether the host was restarted since the plan was carried out; None where the input
    does not show it, and where the plan is not carried out to its end."""

    _parts = {"state": TransactionState}


class Status(Document):
    """What a host is, who could go to a guest, and what is wrong."""

    SCHEMA = "passthru-status/1"

    system: str | None
    """The operating system's name."""
    hypervisor: str | None
    """The hypervisor and its version."""
    kernel: str | None
    """The running kernel's release."""
    candidates: tuple[Device, ...]
    """The display controllers, network and storage functions that could go to a guest."""
    transaction: ListedTransaction | None
    """The newest plan that was applied and not taken back."""
    findings: Report
    """What is said of the host as it is."""

    _parts = {
        "candidates": Device._of,
        "transaction": ListedTransaction._of,
        "findings": Report._of,
    }
