"""Diagnose and plan PCI passthrough: the problems of a host, the lines that prove
them, and the exact edits.

>>> import passthru
>>> host = passthru.Host.from_texts({"vfio.conf": "options vfio-pci disable_vga=1\\n"})
>>> for finding in host.doctor():
...     if finding.verdict is passthru.Verdict.HARMLESS:
...         print(finding.code, finding.evidence[0].place)
disable-vga /etc/modprobe.d/vfio.conf:1

A ``Host`` is read from this machine, a directory, files or texts. ``doctor``
returns findings, ``plan`` returns edits; only ``apply``, ``keep``, ``resume`` and ``undo`` write
to a host.

All values are immutable. They compare, hash, order, pickle, copy and match patterns by their
fields, and their ``repr()`` is the expression that makes them. The types of their fields are in
the modules ``findings``, ``remedies``, ``plans``, ``devices``, ``groups``,
``verification``, ``differences``, ``transactions``, ``conversion``, ``roms``, ``names``,
``lspci`` and ``fleet``.
"""

from . import lspci, names
from ._passthru import VERSION as __version__
from .command import main, output
from .conversion import Conversion, convert
from .devices import Device, DeviceList
from .differences import Diff, Difference
from .errors import (
    ApplyError,
    ApplySystemError,
    DeviceError,
    InputError,
    PassthruError,
    PlanError,
    PredictionError,
    RefusedError,
    RomDumpError,
    RomDumpSystemError,
    TargetError,
    VerifyError,
)
from .check import Ask, Candidate, CardCheck, OtherMember
from .findings import (
    Card,
    Evidence,
    Explanation,
    Finding,
    Readiness,
    Findings,
    codes,
    explain,
)
from .groups import Group, Groups, PredictedGroups
from .guest import GuestSetup
from .host import Host, Report
from .plans import (
    Assumption,
    Blocker,
    PlannedCheck,
    PlannedCommand,
    Edit,
    ManualStep,
    Plan,
    PlannedDevice,
    SettingChange,
)
from .remedies import Remedy
from .roms import (
    Rom,
    RomAnswer,
    RomChange,
    RomDiff,
    RomDifference,
    RomEdit,
    RomFinding,
    RomImage,
    RomPart,
    RomParts,
    RomVerification,
    build_rom,
    carve_roms,
    vfct_roms,
)
from .status import Status
from .transactions import Applied, Transaction, apply, check, current, keep, resume, undo
from .verdict import Verdict
from .verification import Verification

__all__ = [
    "Applied",
    "ApplyError",
    "ApplySystemError",
    "Ask",
    "Assumption",
    "Blocker",
    "Candidate",
    "Card",
    "CardCheck",
    "PlannedCheck",
    "PlannedCommand",
    "Conversion",
    "Device",
    "DeviceError",
    "DeviceList",
    "Diff",
    "Difference",
    "Edit",
    "Evidence",
    "Explanation",
    "Finding",
    "Group",
    "Groups",
    "GuestSetup",
    "Host",
    "InputError",
    "ManualStep",
    "OtherMember",
    "PassthruError",
    "Plan",
    "PlanError",
    "PlannedDevice",
    "PredictedGroups",
    "PredictionError",
    "Readiness",
    "RefusedError",
    "Remedy",
    "Report",
    "Findings",
    "Rom",
    "RomAnswer",
    "RomChange",
    "RomDiff",
    "RomDifference",
    "RomDumpError",
    "RomDumpSystemError",
    "RomEdit",
    "RomFinding",
    "RomImage",
    "RomPart",
    "RomParts",
    "RomVerification",
    "SettingChange",
    "Status",
    "TargetError",
    "Transaction",
    "Verdict",
    "Verification",
    "VerifyError",
    "__version__",
    "apply",
    "build_rom",
    "carve_roms",
    "check",
    "codes",
    "convert",
    "current",
    "explain",
    "keep",
    "lspci",
    "main",
    "names",
    "output",
    "resume",
    "undo",
    "vfct_roms",
]
