"""Applying and undoing plans: ``apply``, ``resume``, ``undo``. The only functions of this
package that write to a host."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Tuple, Union

from . import _passthru
from .plans import Plan
from .values import Document, Value, Word

#: The callback for each step: its kind, a field of ``Transaction`` (``written``, ``restored``,
#: ``removed``, ``executed``, ``left_to_user``, ``failed``, ``bound``, ``released``), and a path,
#: an address, or the words of a command.
OnStep = Callable[[str, Union[str, Tuple[str, ...]]], object]
Path = Union[str, "os.PathLike[str]"]


class TransactionState(Word):
    """The state of a transaction."""

    # Words of the schema's TransactionState.

    APPLYING = "applying"
    """It is in progress, or was interrupted."""
    APPLIED = "applied"
    """It is complete."""
    UNDOING = "undoing"
    """Undo is in progress, or was interrupted."""
    UNDONE = "undone"
    """It is undone."""


class TransactionCommand(Value):
    """A command."""

    # Fields of the schema's TransactionCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    # End of the fields.

    def __str__(self) -> str:
        return _passthru.shown(self.argv)


class FailedCommand(Value):
    """A command that failed during undo."""

    # Fields of the schema's FailedCommand.
    argv: tuple[str, ...]
    """The program and its arguments."""
    exit_status: int | None
    """Its exit status; None where there is none."""
    output: str
    """Its output."""
    # End of the fields.


class Transaction(Document):
    """The steps of a transaction."""

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
    """The newest plan that was applied to a host and not undone."""

    number: int
    """The number of its transaction, from 1."""
    state: TransactionState
    """Its state: ``APPLYING`` and ``UNDOING`` can be resumed."""
    plan: Plan
    """The plan."""
    rebooted: bool | None
    """Whether the host was rebooted since the plan was applied; None where unknown, and where
    the plan is not applied completely."""


def _commands(root: Path | None, chroot: bool) -> str:
    if root is None:
        if chroot:
            raise ValueError("chroot: expected a root, in which commands are run")
        return "run"
    return "chroot" if chroot else "list"


def _root(root: Path | None) -> Path:
    return "/" if root is None else root


def _confirmation(seconds: int | None, program: Path) -> tuple[int, Path] | None:
    return None if seconds is None else (seconds, program)


def check(
    plan: Plan,
    *,
    root: Path | None = None,
    accept: str | Iterable[str] = (),
    chroot: bool = False,
    now: bool = False,
    confirm_within: int | None = None,
    program: Path = "/usr/bin/passthru",
) -> tuple[str, ...]:
    """The reasons against applying a plan, one sentence each; nothing is written. The
    parameters are those of ``apply``."""
    import json

    commands = _commands(root, chroot)
    confirmation = _confirmation(confirm_within, program)
    text = _passthru.check(plan.to_json(), _root(root), accept, commands, now, confirmation)
    document: dict[str, Any] = json.loads(text)
    return tuple(document["refusals"])


def apply(
    plan: Plan,
    *,
    root: Path | None = None,
    accept: str | Iterable[str] = (),
    chroot: bool = False,
    now: bool = False,
    confirm_within: int | None = None,
    program: Path = "/usr/bin/passthru",
    on_step: OnStep | None = None,
) -> Transaction:
    """Apply a plan to the running host, or to the directory ``root``.

    Files are replaced atomically, one by one; then commands run. A journal in
    ``/var/lib/passthru`` has the state before. There are no prompts.

    ``accept`` are the words of accepted blockers, as in ``Blocker.accept``, and ``kernel``. In
    a directory commands are listed in ``left_to_user``, or run there by chroot(8) if
    ``chroot`` is true. ``now`` also binds the devices without a reboot, if that is safe.
    With ``confirm_within`` a systemd unit undoes the plan so many seconds after the next boot,
    or when a check fails, unless ``keep`` was called; ``program`` is the path of ``passthru`` on
    the host, which the unit runs. ``on_step`` is called at each step; its exception is raised
    after the plan is complete.

    Raises ``RefusedError`` if the host is not in the state that the plan needs,
    ``ApplySystemError`` for failed operating system calls, and ``ApplyError``.
    """
    commands = _commands(root, chroot)
    confirmation = _confirmation(confirm_within, program)
    text = _passthru.apply(
        plan.to_json(), _root(root), accept, commands, now, confirmation, on_step
    )
    return Transaction._of_json(text)


def resume(*, root: Path | None = None, on_step: OnStep | None = None) -> Transaction:
    """Resume an interrupted transaction."""
    return Transaction._of_json(_passthru.resume(_root(root), on_step))


def keep(*, root: Path | None = None) -> Transaction:
    """Keep the newest plan, which ``apply`` with ``confirm_within`` would undo."""
    return Transaction._of_json(_passthru.keep(_root(root)))


def undo(
    *,
    root: Path | None = None,
    overwrite: str | Iterable[str] = (),
    on_step: OnStep | None = None,
) -> Transaction:
    """Undo the newest plan: files are restored byte for byte, then commands run.
    ``overwrite`` are paths of files whose later changes are overwritten."""
    return Transaction._of_json(_passthru.undo(_root(root), overwrite, on_step))


def current(*, root: Path | None = None) -> Applied | None:
    """The newest plan that was applied and not undone, or None."""
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
    "keep",
    "resume",
    "undo",
]
