"""Diagnose and plan PCI passthrough: what is wrong with a host, the line that
proves it, and the exact edits.

>>> import passthru
>>> host = passthru.Host.from_texts({"vfio.conf": "options vfio-pci disable_vga=1\\n"})
>>> for finding in host.doctor():
...     if finding.verdict is passthru.Verdict.HARMLESS:
...         print(finding.code, finding.evidence[0].place)
disable-vga /etc/modprobe.d/vfio.conf:1

A ``Host`` is read from this machine, a directory, files or texts. ``doctor``
gives findings, ``plan`` gives edits; nothing here writes to the host.
"""

from ._passthru import VERSION as __version__
from ._passthru import (
    Blocker,
    Check,
    Command,
    Edit,
    Evidence,
    Explanation,
    Finding,
    Host,
    ManualStep,
    Plan,
    PlannedDevice,
    Report,
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
    RomReport,
    build_rom,
    carve_roms,
    explain,
    vfct_roms,
)
from .command import main
from .errors import (
    DeviceError,
    InputError,
    PassthruError,
    PlanError,
    PredictionError,
    TargetError,
)
from .verdict import Verdict

__all__ = [
    "Blocker",
    "Check",
    "Command",
    "DeviceError",
    "Edit",
    "Evidence",
    "Explanation",
    "Finding",
    "Host",
    "InputError",
    "ManualStep",
    "PassthruError",
    "Plan",
    "PlanError",
    "PlannedDevice",
    "PredictionError",
    "Report",
    "Rom",
    "RomAnswer",
    "RomChange",
    "RomDiff",
    "RomDifference",
    "RomEdit",
    "RomFinding",
    "RomImage",
    "RomPart",
    "RomParts",
    "RomReport",
    "TargetError",
    "Verdict",
    "__version__",
    "build_rom",
    "carve_roms",
    "explain",
    "main",
    "vfct_roms",
]
