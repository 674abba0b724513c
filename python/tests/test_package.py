"""What is installed: its types, its metadata, and what its README promises."""

from __future__ import annotations

import doctest
import importlib.metadata
import json
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import passthru
import pytest
import readme

#: __main__ would run the command.
MODULES = [one for one in pkgutil.iter_modules(passthru.__path__) if one.name[0] != "_"]

TYPED = """\
from __future__ import annotations

from pathlib import Path

import passthru

def faults(path: Path) -> dict[str, tuple[str, ...]]:
    host = passthru.Host.from_directory(path)
    report = host.doctor(["01:00.0"], target="proxmox")
    return {finding.code: finding.devices for finding in report if finding.verdict.is_problem}


def drivers(devices: passthru.DeviceList) -> list[str | None]:
    return [device.driver for device in devices if device.class_code == "030000"]


def files(plan: passthru.Plan) -> dict[str, str]:
    return {edit.path: edit.after for edit in plan.edits}


status: int = passthru.main(["list"])
"""
WRONG = {
    "passthru.Host.from_directory(3)": "arg-type",
    "passthru.Host.live().doctor().findings[0].titel": "attr-defined",
    "passthru.Host.live().devices().devices[0].klass": "attr-defined",
    "passthru.explain('x').meaning": "union-attr",
    "passthru.Host.live().plan('x', vm=1.5)": "arg-type",
    "passthru.Evidence('x', 1, 'y').line = 3": "misc",
    "passthru.Evidence('x', 1)": "call-arg",
}


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_stubs_are_what_the_module_is(tmp_path: Path) -> None:
    allowed = str(Path(__file__).parents[1] / "stubtest-allowlist.txt")
    ended = python("mypy.stubtest", "passthru", "--allowlist", allowed, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.match(r"Success: no issues found in \d\d modules", ended.stdout)


def test_pyright_finds_nothing_in_its_strictest_mode(tmp_path: Path) -> None:
    pytest.importorskip("pyright")
    (tmp_path / "typed.py").write_text(TYPED)
    (tmp_path / "pyrightconfig.json").write_text(
        json.dumps(
            {
                "include": ["typed.py", passthru.__path__[0]],
                "typeCheckingMode": "strict",
                "pythonVersion": "3.9",
                # Modules of one package may know each other's.
                "reportPrivateUsage": False,
            }
        )
    )
    ended = python("pyright", "--pythonpath", sys.executable, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_types_hold_and_mistakes_are_seen(tmp_path: Path) -> None:
    (tmp_path / "typed.py").write_text(TYPED)
    wrong = "".join(f"{line}\n" for line in WRONG)
    (tmp_path / "wrong.py").write_text(f"import passthru\n{wrong}")
    ended = python("mypy", "--strict", "typed.py", "wrong.py", cwd=tmp_path)
    seen = re.findall(r"^wrong\.py:(\d+): error: .*\[([a-z-]+)\]$", ended.stdout, re.MULTILINE)
    assert [(int(line) - 2, code) for line, code in seen] == list(enumerate(WRONG.values()))
    assert "typed.py" not in ended.stdout


def test_everything_public_says_what_it_is() -> None:
    for name in passthru.__all__:
        value = getattr(passthru, name)
        if name == "__version__":
            assert re.fullmatch(r"\d+\.\d+\.\d+", value)
            continue
        assert value.__doc__, name
        if isinstance(value, ModuleType):
            continue
        assert value.__module__.split(".")[0] == "passthru", name
        for part, member in vars(value).items() if isinstance(value, type) else ():
            # Fields have theirs in the source.
            if not part.startswith("_") and callable(member):
                assert member.__doc__, f"{name}.{part}"


def test_the_package_is_whole() -> None:
    distribution = importlib.metadata.distribution("passthru")
    assert distribution.version == passthru.__version__
    assert distribution.metadata["Requires-Python"] == ">=3.9"
    assert distribution.metadata["License-Expression"] == "MIT OR Apache-2.0"
    text = distribution.read_text("METADATA")
    assert text is not None and "\n\n# passthru\n" in text
    wheel = distribution.read_text("WHEEL")
    assert wheel is not None and "Tag: cp39-abi3-" in wheel
    names = {path.name for path in distribution.files or []}
    assert names >= {
        "_passthru.abi3.so",
        "_passthru.pyi",
        "py.typed",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    }
    (script,) = distribution.entry_points
    assert (script.name, script.value) == ("passthru", "passthru.command:run")


def test_the_readme_is_true(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    readme.carry_out()
    readme.carry_out("docs/how-to/python.md", 4)
    host = passthru.Host.from_directory(readme.HOST)
    findings = host.doctor(["01:00.0"], target="proxmox")
    expected = [f"{finding.verdict} {finding.title}" for finding in findings]
    patch = host.plan(["01:00.0"], target="proxmox", vm="100").to_patch()
    assert readme.carry_out_the_first() == "\n".join([*expected, patch]) + "\n"


def test_the_module_documentation_is_true() -> None:
    modules = [passthru, *map(import_module, (f"passthru.{one.name}" for one in MODULES))]
    found = [doctest.testmod(module) for module in modules]
    assert sum(one.failed for one in found) == 0 and sum(one.attempted for one in found) > 10


def test_the_table_of_interfaces_names_what_is_there(repository: Path) -> None:
    page = (repository / "docs" / "interfaces.md").read_text()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    names = [name for row in rows for name in re.findall(r"`([\w.]+)", row[2])]
    assert len(names) > 40
    for name in names:
        found: object = passthru
        for part in name.split("."):
            found = getattr(found, part)
