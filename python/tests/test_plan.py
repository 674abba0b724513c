"""Plans."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema
import passthru
import pytest


@pytest.fixture
def plan(before: Path) -> passthru.Plan:
    return passthru.Host.from_directory(before).plan("01:00.0", target="proxmox", vm=100)


@pytest.mark.parametrize(
    ("host", "device", "target", "vm"),
    [
        ("proxmox-rtx5060ti/before", "01:00.0", "proxmox", 100),
        ("proxmox-rtx5060ti/after", "01:00.0", "proxmox", None),
        ("ubuntu-twin-rtx3090ti/before", "01:00.0", "libvirt", "win10"),
        ("ubuntu-gtx1080ti/before", "02:00.0", "libvirt", None),
    ],
)
def test_a_plan_is_what_the_schema_says(
    repository: Path, host: str, device: str, target: str, vm: int | str | None
) -> None:
    schemas = json.loads((repository / "docs" / "documents.schema.json").read_text())
    schema = {**schemas["$defs"]["Plan"], "$defs": schemas["$defs"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    place = repository / "examples" / "hosts" / host
    plan = passthru.Host.from_directory(place).plan(device, target=target, vm=vm)
    document = json.loads(plan.to_json())
    validator.validate(document)
    # The schema names every field, and holds each to what it is.
    assert set(document) == set(schema["properties"])
    for field in document:
        broken = {**document, field: 7}
        assert not validator.is_valid(broken), field


def test_a_plan_is_that_of_its_json(plan: passthru.Plan) -> None:
    document = json.loads(plan.to_json())
    assert plan.to_dict() == document
    assert document["schema"] == "passthru-plan/1"
    for field in ("target", "vm", "binding", "reboot_reason"):
        assert getattr(plan, field) == document[field]
    for field in ("assumed_absent", "host_impact"):
        assert list(getattr(plan, field)) == document[field]
    fields = {
        "devices": ("address", "id", "subsystem"),
        "edits": ("path", "before", "after", "mode", "purposes"),
        "commands": ("argv", "purpose", "undo"),
        "manual_steps": ("when", "step", "text"),
        "checks": ("when", "argv", "expected", "requirement"),
    }
    for name, parts in fields.items():
        values = getattr(plan, name)
        assert values and isinstance(values, tuple)
        assert [value.to_dict() for value in values] == document[name]
        assert len(set(values)) == len(values)
        for value in values:
            for part in parts:
                assert f"{part}={getattr(value, part)!r}" in repr(value)


def test_the_whole_card_goes(plan: passthru.Plan) -> None:
    assert [device.id for device in plan.devices] == ["10de:2d04", "10de:22eb"]
    edit = plan.edits[0]
    assert (edit.path, edit.before, edit.mode) == ("/etc/modprobe.d/vfio.conf", None, 0o644)
    assert edit.after.startswith("options vfio-pci ids=10de:2d04,10de:22eb\n")
    assert {"before", "after-reboot"} == {check.when for check in plan.checks}
    assert plan.reboot_reason is not None


def test_a_command_is_shown_as_typed_in_a_shell(plan: passthru.Plan) -> None:
    assert str(plan.commands[1]) == "update-initramfs -u -k all"
    assert plan.commands[1].argv == ("update-initramfs", "-u", "-k", "all")
    words = [*((c.argv, str(c)) for c in plan.commands), *((c.argv, str(c)) for c in plan.checks)]
    for argv, typed in words:
        shell = ["sh", "-c", f"printf '%s\\n' {typed}"]
        out = subprocess.run(shell, capture_output=True, text=True, check=True).stdout
        assert out == "".join(f"{word}\n" for word in argv)


def test_a_guest_is_a_number_or_a_name(before: Path) -> None:
    host = passthru.Host.from_directory(before)
    one, other = host.plan("01:00.0", "proxmox", 100), host.plan("01:00", vm="100")
    assert one == other and hash(one) == hash(other)
    assert one != host.plan("01:00.0", "proxmox", 101)
    assert host.plan("01:00.0", "libvirt", "win11").vm == "win11"


def test_patch_applies_the_edits(
    plan: passthru.Plan, before: Path, tmp_path: Path, patch: str
) -> None:
    root = tmp_path / "root"
    shutil.copytree(before, root)
    subprocess.run([patch, "-p1", "-d", root], input=plan.to_patch().encode(), check=True)
    for edit in plan.edits:
        assert (root / edit.path[1:]).read_text() == edit.after
    assert "".join(edit.to_patch() for edit in plan.edits) == plan.to_patch()


def test_no_plan_is_a_plan_error(before: Path) -> None:
    host = passthru.Host.from_directory(before)
    pasted = passthru.Host.from_texts(
        {"lspci": "01:00.0 VGA compatible controller [0300]: x [10de:2d04]\n"}
    )
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: host.plan([]), "at least one device"),
        (lambda: host.plan("01:00.0", "firecracker"), "cannot assign PCI functions"),
        (lambda: host.plan("01:00.0", vm="a\nb"), "is not a valid guest of proxmox"),
        (lambda: pasted.plan("01:00.0"), "its generator is not in the input"),
    ]
    for make, message in calls:
        with pytest.raises(passthru.PlanError, match=message) as caught:
            make()
        assert isinstance(caught.value, passthru.PassthruError)
