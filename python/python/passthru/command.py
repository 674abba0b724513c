"""The command ``passthru``, the same as the binary of that name."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from ._passthru import command_output, run_command
from .values import Value


def main(argv: Sequence[str | os.PathLike[str]] | None = None) -> int:
    """Run the command and return its exit status: 0 no problem, 1 at least one problem,
    2 wrong usage or unreadable input.

    ``argv`` are the arguments after the command's name, by default those of this process.
    Input and output are the process's own, not ``sys.stdin`` and ``sys.stdout``; a closed
    pipe is not an error.
    """
    # Python's buffered output comes first.
    if sys.stdout is not None:
        sys.stdout.flush()
    return run_command(sys.argv[1:] if argv is None else argv)


def run() -> NoReturn:
    """The process's entry: run ``main`` and exit with its status."""
    # Python would only notice an interrupt when the command has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main())


class Output(Value):
    """The output of the command."""

    status: int
    """Its exit status."""
    out: str
    """Standard output."""
    err: str
    """Standard error."""


def output(argv: Sequence[str | os.PathLike[str]], *, columns: int = 80) -> Output:
    """Run the command and return its output, without colors, for a terminal of so many
    columns.

    >>> output(["explain", "amd_iommu=on"]).status
    0
    """
    return Output(*command_output(argv, columns))
