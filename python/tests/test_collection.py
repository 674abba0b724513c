"""The Ansible collection, run by Ansible itself on the host in a directory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import passthru
import pytest

PROGRAM = Path(sys.executable).with_name("ansible-playbook")
COLLECTIONS = Path(__file__).resolve().parents[2] / "ansible"

# Where every reader is required its absence is a failure, as in the Rust tests.
REQUIRED = os.environ.get("PASSTHRU_ORACLES") == "required"

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists() and not REQUIRED, reason="ansible-core is not installed"
)


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(before, tmp_path / "root"))


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and "passthru" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def play(
    folder: Path, tasks: list[dict[str, Any]], *words: str, root: Path | None = None
) -> list[dict[str, Any]]:
    """Runs the tasks, and returns the result of each; with a root on a machine that can be
    rebooted."""
    playbook = folder / "play.yml"
    tasks = [{"name": f"task {number}", **task} for number, task in enumerate(tasks)]
    # JSON is YAML.
    playbook.write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    )
    environment = {
        **os.environ,
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_STDOUT_CALLBACK": "results",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "LC_ALL": "C.UTF-8",
    }
    plugins = {"ANSIBLE_CALLBACK_PLUGINS": ("results", CALLBACK)}
    connection = "local"
    if root is not None:
        connection = "machine"
        plugins["ANSIBLE_CONNECTION_PLUGINS"] = ("machine", MACHINE.replace("ROOT", str(root)))
        plugins["ANSIBLE_LIBRARY"] = ("find", FIND)
    for variable, (name, text) in plugins.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / name / f"{name}.py").write_text(text)
        environment[variable] = str(folder / name)
    ended = subprocess.run(
        [PROGRAM, "-i", "localhost,", "-c", connection, "-D", *words]
        + ["-e", f"ansible_python_interpreter={sys.executable}", playbook],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=300,
    )
    results = [json.loads(line[7:]) for line in ended.stdout.splitlines() if line.startswith("RESULT ")]
    assert results, ended.stdout + ended.stderr
    return results


#: Prints each result as one line of JSON.
CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = "name: results\\ntype: stdout\\nshort_description: results\\ndescription: results\\n"


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "results"

    def tell(self, result, failed=False):
        shown = {**result._result, "failed": failed}
        print("RESULT " + json.dumps(shown, default=str), flush=True)

    def v2_runner_on_ok(self, result):
        self.tell(result)

    def v2_runner_on_skipped(self, result):
        self.tell(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.tell(result, failed=True)
"""


#: A connection to a machine whose root is a directory here: commands run here, but the boot ID
#: is the directory's. A shutdown sets another boot ID, and vfio-pci is then loaded first.
MACHINE = """
from ansible.plugins.connection.local import DOCUMENTATION, Connection as Local

DOCUMENTATION = DOCUMENTATION.replace("name: local", "name: machine")
RESTART = (
    "echo rebooted >>ROOT/restarts && echo boot-$(wc -l <ROOT/restarts) >ROOT/boot_id"
    " && cp ROOT/boot_id ROOT/proc/sys/kernel/random/boot_id"
    " && sed -i 's/in use: .*/in use: vfio-pci/' ROOT/_commands/drivers.txt"
)


class Connection(Local):
    transport = "machine"

    def exec_command(self, cmd, in_data=None, sudoable=True):
        if in_data is None and "boot_id" in cmd:
            cmd = "cat ROOT/proc/sys/kernel/random/boot_id"
        elif in_data is None and "shutdown" in cmd:
            cmd = RESTART
        return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
"""

#: Where Ansible looks for the program that shuts down: not every machine of tests has one.
FIND = """
from ansible.module_utils.basic import AnsibleModule

names = {"type": "list"}
spec = {"paths": names, "patterns": names, "file_type": {"type": "str"}}
AnsibleModule(spec).exit_json(files=[{"path": "/sbin/shutdown"}])
"""


def task(name: str, **arguments: object) -> dict[str, Any]:
    return {f"passthru.host.{name}": arguments, "ignore_errors": True}


def predict(task: dict[str, Any]) -> dict[str, Any]:
    return {**task, "check_mode": True}


@pytest.mark.playbooks
def test_a_plan_goes_there_and_back(root: Path, tmp_path: Path) -> None:
    then = tree(root)
    card = {"devices": ["01:00.0"], "target": "proxmox", "vm": "100", "root": str(root)}
    apply, undo = task("apply", **card), task("undo", root=str(root))

    # Check mode predicts, and changes nothing.
    predicted, nothing = play(tmp_path, [predict(apply), predict(undo)])
    assert predicted["changed"] and not nothing["changed"] and tree(root) == then
    plan = passthru.Host.from_directory(root).plan("01:00.0", "proxmox", 100)
    assert predicted["plan"] == plan.to_dict()
    shown = [(one["before_header"], one["before"], one["after"]) for one in predicted["diff"]]
    assert shown == [(edit.path, edit.before or "", edit.after) for edit in plan.edits]

    given = task("apply", plan=plan.to_dict(), root=str(root))
    verify = task("verify", root=str(root))
    lenient = task("verify", root=str(root), required=False)
    otherwise = task("apply", **card, bind="service")
    same = task("apply", **card, bind=plan.method)
    done, again, given, verified, lenient, undoing, otherwise, same = play(
        tmp_path, [apply, apply, given, verify, lenient, predict(undo), otherwise, same]
    )
    # Another way of binding is not what was applied.
    assert otherwise["failed"] and not same["changed"] and not same["failed"]
    assert done["changed"] and not again["changed"] and not given["changed"]
    assert done["diff"] == predicted["diff"] and done["transaction"]["state"] == "applied"
    assert done["reboot_reason"] == plan.reboot_reason
    for edit in plan.edits:
        assert (root / edit.path[1:]).read_text() == edit.after

    # The host was not rebooted: it says so.
    assert verified["failed"] and not lenient["verified"] and not lenient.get("failed")
    expected = passthru.Host.from_directory(root).verify().to_dict()
    assert verified["verification"] == lenient["verification"] == expected

    assert undoing["changed"] and passthru.current(root=root) is not None
    undone, again = play(tmp_path, [undo, undo])
    assert undone["changed"] and not again["changed"] and tree(root) == then
    assert undone["diff"] == undoing["diff"]
    shown = [(one["before_header"], one["before"], one["after"]) for one in undone["diff"]]
    assert shown == [(e.path, e.after, e.before or "") for e in reversed(plan.edits)]


@pytest.mark.playbooks
def test_what_the_package_refuses_is_a_failure(root: Path, tmp_path: Path) -> None:
    plan = passthru.Host.from_directory(root).plan("01:00.0", "proxmox", 100).to_dict()
    (root / "etc/default/grub").write_text("mine\n")
    tasks = [
        task("apply", plan=plan, root=str(root)),
        task("apply", devices=["7f:00.0"], root=str(root)),
        task("apply", root=str(root)),
        task("apply", plan={"schema": "x"}, root=str(root)),
        task("plan", devices=["01:00.0"], target="vax", root=str(root)),
        task("verify", root=str(root)),
        task("facts", root=str(root / "nowhere")),
    ]
    results = play(tmp_path, [*tasks, predict(tasks[0])])
    assert len(results) == len(tasks) + 1 and all(one["failed"] for one in results)
    for refused in (results[0], results[-1]):
        assert "has changed since the plan was made" in refused["refusals"][0]
    assert results[1]["code"] == "bad-device" and results[4]["code"] == "unknown-target"
    assert (root / "etc/default/grub").read_text() == "mine\n"


def test_looking_changes_nothing(after: Path, tmp_path: Path) -> None:
    host = passthru.Host.from_directory(after)
    dest = tmp_path / "plan.json"
    plan = {"devices": ["01:00.0"], "target": "proxmox", "root": str(after)}
    facts, doctor, failed, written, again = play(
        tmp_path,
        [
            task("facts", root=str(after), snapshot=True),
            task("doctor", root=str(after), devices=["01:00.0"]),
            task("doctor", root=str(after), devices=["01:00.0"], fail_on=["security"]),
            task("plan", **plan, dest=str(dest)),
            task("plan", **plan, dest=str(dest)),
        ],
    )
    found = facts["ansible_facts"]["passthru"]
    assert found["devices"] == host.devices().to_dict()["devices"]
    assert found["status"] == host.status().to_dict() and facts["snapshot"] == host.capture()
    report = host.doctor("01:00.0")
    assert doctor["findings"] == report.to_dict()["findings"] == failed["findings"]
    assert doctor["has_problem"] and not doctor.get("failed") and failed["failed"]
    assert written["changed"] and not again["changed"]
    assert dest.read_text() == host.plan("01:00.0", "proxmox").to_json()
    assert written["diff"][0]["after"] == dest.read_text()


@pytest.mark.playbooks
def test_the_role_applies_once(root: Path, tmp_path: Path) -> None:
    """Without the restart, which would be of the machine that the test runs on."""
    words = {
        "passthru_devices": ["01:00.0"],
        "passthru_target": "proxmox",
        "passthru_vm": "100",
        "passthru_root": str(root),
        "passthru_reboot": False,
    }
    role = {"ansible.builtin.include_role": {"name": "passthru.host.gpu"}, "vars": words}
    results = play(tmp_path, [role])
    assert [one for one in results if one.get("changed")] and not any(
        one.get("failed") for one in results
    )
    applied = passthru.current(root=root)
    assert applied is not None and applied.state == "applied"
    again = play(tmp_path, [{**role, "ignore_errors": True}])
    # What was not rebooted is not verified, and the role says so.
    assert not any(one.get("changed") for one in again) and again[-1]["failed"]
    assert "is on nvidia" in again[-1]["msg"] or "not in the input" in again[-1]["msg"]


@pytest.fixture
def machine(root: Path) -> Path:
    """A host whose drivers are shown, and which says in which boot it is."""
    lspci = root / "_commands/lspci-nvidia.txt"
    shown = [f"{line}\n\tKernel driver in use: nvidia\n" for line in lspci.read_text().splitlines()]
    (root / "_commands/drivers.txt").write_text("".join(shown))
    manifest = json.loads((root / "_tree.json").read_text())
    manifest["commands"].append({"file": "_commands/drivers.txt", "command": "lspci -nnk"})
    (root / "_tree.json").write_text(json.dumps(manifest))
    boot_id = root / "proc/sys/kernel/random/boot_id"
    boot_id.parent.mkdir(parents=True)
    boot_id.write_text("boot-0\n")
    return root


def restarts(root: Path) -> int:
    path = root / "restarts"
    return len(path.read_text().splitlines()) if path.exists() else 0


@pytest.mark.playbooks
def test_the_role_restarts_and_verifies_and_is_taken_up_where_it_was_cut_off(
    machine: Path, tmp_path: Path
) -> None:
    words = {
        "passthru_devices": ["01:00.0"],
        "passthru_target": "proxmox",
        "passthru_vm": "100",
        "passthru_root": str(machine),
        "passthru_reboot": True,
        "passthru_accept": ["display"],
    }
    role = {"ansible.builtin.include_role": {"name": "passthru.host.gpu"}, "vars": words}

    # Check mode foretells the restart, and fails of nothing that is not there yet.
    then = tree(machine)
    predicted = play(tmp_path, [role], "--check", root=machine)
    assert [one for one in predicted if one.get("rebooted")], predicted
    assert not any(one["failed"] for one in predicted), predicted
    assert tree(machine) == then and restarts(machine) == 0

    # Cut off between carrying out and the restart.
    card = {"devices": ["01:00.0"], "target": "proxmox", "vm": "100", "root": str(machine)}
    (cut,) = play(tmp_path, [task("apply", **card, accept=["display"])], root=machine)
    assert cut["changed"] and cut["reboot_reason"] and restarts(machine) == 0
    applied = passthru.current(root=machine)
    assert applied is not None and applied.rebooted is False
    listed = passthru.Host.from_directory(machine).status().transaction
    assert listed is not None and (listed.reboot_reason, listed.rebooted) == (cut["reboot_reason"], False)

    results = play(tmp_path, [role], root=machine)
    assert not any(one["failed"] for one in results), results
    assert restarts(machine) == 1 and results[-1]["verified"]
    applied = passthru.current(root=machine)
    assert applied is not None and applied.rebooted is True

    # Verified: nothing is left to do.
    again = play(tmp_path, [role], root=machine)
    assert not any(one["failed"] or one.get("changed") for one in again), again
    assert restarts(machine) == 1 and again[-1]["verified"]

    # From bare, in one run.
    play(tmp_path, [task("undo", root=str(machine))], root=machine)
    lspci = machine / "_commands/drivers.txt"
    lspci.write_text(lspci.read_text().replace("vfio-pci", "nvidia"))
    results = play(tmp_path, [role], root=machine)
    assert not any(one["failed"] for one in results), results
    assert restarts(machine) == 2 and results[-1]["verified"]
