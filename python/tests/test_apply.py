"""Carrying plans out in a directory, and taking them back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import passthru
import pytest
from passthru.transactions import TransactionState


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(before, tmp_path / "root"))


@pytest.fixture
def plan(root: Path) -> passthru.Plan:
    return passthru.Host.from_directory(root).plan("01:00.0", target="proxmox", vm=100)


def texts(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and "passthru" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_a_plan_is_carried_out_and_taken_back(root: Path, plan: passthru.Plan) -> None:
    then = texts(root)
    assert passthru.check(plan, root=root) == () and passthru.current(root=root) is None
    steps: list[tuple[str, object]] = []
    done = passthru.apply(plan, root=root, on_step=lambda *step: steps.append(step))
    assert done.state is TransactionState.APPLIED and done.transaction == 1
    assert done.written == tuple(edit.path for edit in plan.edits)
    assert [one.argv for one in done.left_to_user] == [command.argv for command in plan.commands]
    assert steps[0] == ("written", plan.edits[0].path)
    assert ("left_to_user", plan.commands[0].argv) in steps
    assert done.to_dict() == json.loads(done.to_json())
    for edit in plan.edits:
        assert (root / edit.path[1:]).read_text() == edit.after

    applied = passthru.current(root=root)
    assert applied is not None
    assert (applied.number, applied.state, applied.plan) == (1, "applied", plan)
    verified = passthru.Host.from_directory(root).verify()
    assert verified.transaction == 1 and not verified.is_verified
    assert {one.state for one in verified.files} == {"as-planned"}
    assert verified == passthru.Host.from_directory(root).verify(plan)

    undone = passthru.undo(root=root)
    assert undone.state is TransactionState.UNDONE
    assert undone.removed and undone.restored and not undone.failed
    assert texts(root) == then
    with pytest.raises(passthru.ApplyError, match="nothing to undo"):
        passthru.undo(root=root)
    with pytest.raises(passthru.ApplyError, match="nothing to resume"):
        passthru.resume(root=root)
    with pytest.raises(passthru.VerifyError, match="no plan was applied here"):
        passthru.Host.from_directory(root).verify()


def test_another_state_is_refused_with_every_reason(root: Path, plan: passthru.Plan) -> None:
    grub = root / "etc/default/grub"
    grub.write_text("mine\n")
    (reason,) = passthru.check(plan, root=root)
    assert "/etc/default/grub has changed since the plan was made" in reason
    with pytest.raises(passthru.RefusedError, match="nothing was changed") as caught:
        passthru.apply(plan, root=root)
    assert caught.value.refusals == (reason,)
    assert isinstance(caught.value, passthru.ApplyError)
    assert grub.read_text() == "mine\n"


def test_what_the_system_refuses_is_an_os_error(plan: passthru.Plan, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(passthru.ApplySystemError) as caught:
        passthru.apply(plan, root=missing)
    assert isinstance(caught.value, OSError) and caught.value.filename == str(missing)
    assert caught.value.errno == 2
    with pytest.raises(ValueError, match="expected a root"):
        passthru.apply(plan, chroot=True)


def test_what_a_callback_raises_comes_at_the_end(root: Path, plan: passthru.Plan) -> None:
    calls: list[str] = []

    def raise_error(kind: str, what: object) -> None:
        calls.append(kind)
        raise KeyError(kind)

    with pytest.raises(KeyError, match="written"):
        passthru.apply(plan, root=root, on_step=raise_error)
    assert calls == ["written"]
    # Nothing was left half done for it.
    for edit in plan.edits:
        assert (root / edit.path[1:]).read_text() == edit.after
    applied = passthru.current(root=root)
    assert applied is not None and applied.state is TransactionState.APPLIED
    assert passthru.undo(root=root).state is TransactionState.UNDONE


def test_an_interrupt_comes_at_the_end(root: Path, plan: passthru.Plan) -> None:
    program = """
import os, signal, sys, passthru
# In the background of a shell it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
plan = passthru.Plan.from_json(open(sys.argv[1]).read())
try:
    passthru.apply(plan, root=sys.argv[2], on_step=lambda *_: os.kill(os.getpid(), signal.SIGINT))
except KeyboardInterrupt:
    print(passthru.current(root=sys.argv[2]).state)
"""
    path = root.with_name("plan.json")
    path.write_text(plan.to_json())
    ended = subprocess.run(
        [sys.executable, "-c", program, path, root],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "applied\n"), ended.stderr


def test_one_at_a_time(root: Path, plan: passthru.Plan) -> None:
    """Of those that ask together one does it, and the others say why not."""
    together = threading.Barrier(8)
    ends: list[str] = []

    def carry_out() -> None:
        together.wait(timeout=60)
        try:
            ends.append(str(passthru.apply(plan, root=root).state))
        except passthru.ApplyError as error:
            ends.append(str(error))

    threads = [threading.Thread(target=carry_out) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert ends.count("applied") == 1 and len(ends) == 8
    for end in ends:
        assert end == "applied" or "another passthru is running" in end or "changed" in end, end


def test_a_plan_is_read_back(plan: passthru.Plan) -> None:
    text = plan.to_json()
    assert passthru.Plan.from_json(text) == passthru.Plan.from_json(text.encode()) == plan
    document = plan.to_dict()
    with pytest.raises(passthru.InputError, match="use a newer passthru"):
        passthru.Plan.from_json(json.dumps({**document, "schema": "passthru-plan/9"}))
    for field, value in (("schema", "passthru-findings/1"), ("edits", [7]), ("target", "x")):
        with pytest.raises(passthru.InputError, match="not a valid plan"):
            passthru.Plan.from_json(json.dumps({**document, field: value}))
    document["edits"][0]["path"] = "/etc/../proc/x"
    with pytest.raises(passthru.InputError, match="plans may not write"):
        passthru.Plan.from_json(json.dumps(document))
    for text in (b"\xff\xfe", b"", "\0", "[" * 100_000):
        with pytest.raises(passthru.InputError):
            passthru.Plan.from_json(text)
    # One that was made by hand is held to the same.
    wrong = passthru.Plan(
        **{
            **{name: getattr(plan, name) for name in plan.__match_args__},
            "commands": (passthru.PlannedCommand((), "why", plan.commands[0].undo),),
        }
    )
    with pytest.raises(passthru.InputError, match="no program"):
        passthru.check(wrong, root="/nonexistent")


def test_scripts_and_playbooks_are_those_of_the_command(
    root: Path, plan: passthru.Plan
) -> None:
    handler = signal.getsignal(signal.SIGINT)
    words = ["plan", "01:00.0", "--for", "proxmox", "--vm", "100", "--root", os.fspath(root)]
    assert passthru.output([*words, "--script"]).out == plan.to_script()
    assert passthru.output([*words, "--ansible"]).out == plan.to_playbook()
    assert passthru.output([*words, "--patch"]).out == plan.to_patch()
    assert passthru.output([*words, "--json"]).out == plan.to_json()
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_plan_is_kept_or_undone_after_the_next_boot(root: Path, plan: passthru.Plan) -> None:
    then = texts(root)
    service = root / "etc/systemd/system/passthru-confirm.service"
    with pytest.raises(passthru.ApplyError, match="systemd"):
        passthru.apply(plan, root=root, confirm_within=600)
    (root / "usr/lib/systemd").mkdir(parents=True)
    (root / "usr/lib/systemd/systemd").touch()
    with pytest.raises(passthru.ApplyError, match="one minute"):
        passthru.apply(plan, root=root, confirm_within=10)
    passthru.apply(plan, root=root, confirm_within=600, program="/usr/local/bin/passthru")
    assert "/usr/local/bin/passthru undo --yes --unless-kept 600s" in service.read_text()
    assert passthru.keep(root=root).state is TransactionState.APPLIED
    assert not service.exists()
    with pytest.raises(passthru.ApplyError):
        passthru.keep(root=root)
    passthru.undo(root=root)
    assert set(texts(root)) - set(then) == {"usr/lib/systemd/systemd"}
