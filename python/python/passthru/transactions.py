"""Carrying plans out, so that they can be taken back exactly: ``apply``, ``resume``,
``undo``. The only functions of this package that write to a host."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Tuple, Union

from . import _passthru
from .plans import Plan
from .values import Document, Value, Word

#: A step, told when it is taken: its kind (``wrote``, ``restored``, ``removed``, ``runs``,
#: ``left``, ``failed``, ``bound``, ``released``) and what it is about: a path, an
#: address, or a command's words.
OnStep = Callable[[str, Union[str, Tuple[str, ...]]], object]
Path = Union[str, "os.PathLike[str]"]


class TransactionState(Word):
    """How far a transaction is."""

    # Words of the schema's TransactionState.

    APPLYING = "applying"
    """It was interrupted, or is at work."""
    APPLIED = "applied"
    """All is done."""
    UNDOING = "undoing"
    """Taking it back was interrupted, or is at work."""
    UNDONE = "undone"
    """All is as it was."""


class TransactionCommand(Value):
    """A command."""

    # Fields of the schema's TransactionCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    # End of the fields.

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class FailedCommand(Value):
    """A command that did not end well while a plan was taken back."""

    # Fields of the schema's FailedCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    exit_status: int | None
    """Its exit status; None where there is none."""
    output: str
    """Its output."""
    # End of the fields.


class Transaction(Document):
    """What was done, step by step."""

    SCHEMA = "passthru-transaction/1"

    # Fields of the schema's Transaction.
    transaction: int
    """Its number, from 1."""
    state: TransactionState
    """Its state afterwards."""
    written: tuple[str, ...]
    """Files that are written as the plan has them."""
    restored: tuple[str, ...]
    """Files that are restored."""
    removed: tuple[str, ...]
    """Files of the plan that are removed."""
    executed: tuple[TransactionCommand, ...]
    """Commands that were executed."""
    left_to_user: tuple[TransactionCommand, ...]
    """Commands that are left to the user."""
    bound: tuple[str, ...]
    """Functions that were bound to vfio-pci without a reboot."""
    released: tuple[str, ...]
    """Functions that were released."""
    failed: tuple[FailedCommand, ...]
    """Commands that failed during undo."""

    _parts = {
        "state": TransactionState,
        "executed": TransactionCommand._of,
        "left_to_user": TransactionCommand._of,
        "failed": FailedCommand._of,
    }
    # End of the fields.


class Applied(Value):
    """The newest plan that was applied to a host and not taken back."""

    number: int
    """The number of its transaction, from 1."""
    state: TransactionState
    """How far it is: what is ``APPLYING`` or ``UNDOING`` waits to be finished."""
    plan: Plan
    """The plan."""
    rebooted: bool | None
    """Whether the host was rebooted since the plan was carried out; None where the host
    does not show it, and where the plan is not carried out to its end."""


def _commands(root: Path | None, chroot: bool) -> str:
    if root is None:
        if chroot:
            raise ValueError("chroot: expected a root, in which commands are run")
        return "run"
    return "chroot" if chroot else "list"


def _root(root: Path | None) -> Path:
    return "/" if root is None else root


def check(
    plan: Plan,
    *,
    root: Path | None = None,
    accept: str | Iterable[str] = (),
    chroot: bool = False,
    now: bool = False,
) -> tuple[str, ...]:
    """All that speaks against carrying a plan out, one sentence each; nothing is written.

    The parameters are those of ``apply``.
    """
    import json

    commands = _commands(root, chroot)
    text = _passthru.check(plan.to_json(), _root(root), accept, commands, now)
    document: dict[str, Any] = json.loads(text)
    return tuple(document["refusals"])


def apply(
    plan: Plan,
    *,
    root: Path | None = None,
    accept: str | Iterable[str] = (),
    chroot: bool = False,
    now: bool = False,
    on_step: OnStep | None = None,
) -> Transaction:
    """Carry a plan out on this machine, or in the directory ``root``.

    Files are replaced one by one, each whole; then commands run. A journal in
    ``/var/lib/passthru`` holds how all was. Nothing is asked.

    ``accept`` are words for what is taken upon you, as ``Blocker.accept`` has them, and
    ``kernel``. In a directory commands are listed as ``left``, or run there by chroot(8)
    where ``chroot`` is true. ``now`` binds the devices without a reboot as well, where
    that is safe. ``on_step`` is called at each step; what it raises is raised when the
    plan is at its end, which is never left half done for it.

    Raises ``RefusedError`` where the host is not as the plan needs it, ``ApplySystemError``
    for what the operating system refuses, and ``ApplyError``.
    """
    commands = _commands(root, chroot)
    text = _passthru.apply(plan.to_json(), _root(root), accept, commands, now, on_step)
    return Transaction._of_json(text)


def resume(*, root: Path | None = None, on_step: OnStep | None = None) -> Transaction:
    """Finish what was interrupted."""
    return Transaction._of_json(_passthru.resume(_root(root), on_step))


def undo(
    *,
    root: Path | None = None,
    overwrite: str | Iterable[str] = (),
    on_step: OnStep | None = None,
) -> Transaction:
    """Take the newest plan back: files byte for byte, then what reads them.

    ``overwrite`` are paths of files whose changes since are given up.
    """
    return Transaction._of_json(_passthru.undo(_root(root), overwrite, on_step))


def current(*, root: Path | None = None) -> Applied | None:
    """The newest plan that was applied and not taken back; None where there is none."""
    found = _passthru.current(_root(root))
    if found is None:
        return None
    number, state, plan, rebooted = found
    return Applied(number, TransactionState(state), Plan._of_json(plan), rebooted)


__all__ = [
    "Applied",
    "FailedCommand",
    "OnStep",
    "TransactionCommand",
    "Transaction",
    "TransactionState",
    "apply",
    "check",
    "current",
    "resume",
    "undo",
]
