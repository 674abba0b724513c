"""What the tests share: the example hosts, and the programs they compare with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTS = REPOSITORY / "examples" / "hosts"


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def after() -> Path:
    """A Proxmox VE host that followed a guide."""
    return HOSTS / "proxmox-rtx5060ti" / "after"


@pytest.fixture
def before() -> Path:
    """The same host without the guide's settings."""
    return HOSTS / "proxmox-rtx5060ti" / "before"


def _module(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return _run(sys.executable, "-m", "passthru", *arguments)


def _script(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return _run(Path(sys.executable).with_name("passthru"), *arguments)


def _run(*argv: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(params=[_module, _script], ids=["module", "script"])
def command(request: pytest.FixtureRequest) -> Run:
    """The command, by each of its two ways in."""
    run: Run = request.param
    return run


@pytest.fixture
def patch() -> str:
    """The program patch, where it is installed."""
    found = shutil.which("patch")
    if found is None:
        if os.environ.get("PASSTHRU_ORACLES") == "required":
            pytest.fail("patch is not installed")
        pytest.skip("patch is not installed")
    return found


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Records a skipped test where the Rust tests record theirs; scripts/test lists them."""
    if not report.skipped or hasattr(report, "wasxfail") or not isinstance(report.longrepr, tuple):
        return
    why = report.longrepr[2].removeprefix("Skipped: ")
    target = REPOSITORY / os.environ.get("CARGO_TARGET_DIR", "target")
    if target.is_dir():
        with (target / "skipped.txt").open("a") as skipped:
            skipped.write(f"python {report.nodeid}\t{why}\tscripts/setup\n")
