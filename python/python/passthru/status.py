"""A host in one document."""

from __future__ import annotations

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

