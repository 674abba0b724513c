"""Plans as Ansible playbooks: read and run by Ansible itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import passthru
import pytest

PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")

# Where every reader is required its absence is a failure, as in the Rust tests.
REQUIRED = os.environ.get("PASSTHRU_ORACLES") == "required"

pytestmark = pytest.mark.skipif(
    not PLAYBOOK.exists() and not REQUIRED, reason="ansible-core is not installed"
)


@pytest.fixture
def text(before: Path) -> str:
    words = ["plan", "01:00.0", "--for", "proxmox", "--vm", "100", "--ansible", "--root", before]
    command = Path(sys.executable).with_name("passthru")
    return subprocess.run(
        [command, *words], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def play(playbook: Path, *words: str) -> subprocess.CompletedProcess[str]:
    home = str(playbook.parent)
    environment = {**os.environ, "HOME": home, "ANSIBLE_HOME": home, "LC_ALL": "C.UTF-8"}
    interpreter = f"ansible_python_interpreter={sys.executable}"
    environment["ANSIBLE_DEPRECATION_WARNINGS"] = "false"
    environment["ANSIBLE_PIPELINING"] = "true"
    return subprocess.run(
        [PLAYBOOK, "-i", "localhost,", "-c", "local", "-e", interpreter, *words, playbook],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """All that is below a directory."""
    return {
        str(path.relative_to(root)): (
            path.stat().st_mode,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in root.rglob("*")
    }


def test_ansible_reads_it(text: str, tmp_path: Path) -> None:
    playbook = tmp_path / "plan.yml"
    playbook.write_text(text, encoding="utf-8")
    read = play(playbook, "--syntax-check")
    assert read.returncode == 0, read.stdout + read.stderr


@pytest.mark.playbooks
def test_ansible_leaves_the_bytes_of_the_plan(
    text: str, before: Path, tmp_path: Path
) -> None:
    """The playbook, with the host's directories moved below one of the test's own."""
    plan = passthru.Host.from_directory(before).plan("01:00.0", target="proxmox", vm=100)
    root = tmp_path / "root"
    for edit in plan.edits:
        path = root / edit.path.lstrip("/")
        if edit.before is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit.before, encoding="utf-8")
    (root / "var/lib").mkdir(parents=True)
    was = tree(root)
    for word in ("update-grub", "update-initramfs", "qm"):
        text = text.replace(f'[!unsafe "{word}"', f'[!unsafe "echo", !unsafe "{word}"')
    for top in ("/etc", "/var"):
        text = text.replace(f'!unsafe "{top}', f'!unsafe "{root}{top}')
    playbook = tmp_path / "plan.yml"
    playbook.write_text(text, encoding="utf-8")
    here = ("-e", "passthru_devices=false", "-e", "ansible_become=false")

    ran = play(playbook, *here)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for edit in plan.edits:
        path = root / edit.path.lstrip("/")
        assert path.read_bytes() == edit.after.encode(), edit.path
        if edit.mode is not None:
            assert path.stat().st_mode & 0o7777 == edit.mode
    again = play(playbook, *here)
    assert again.returncode == 0 and "changed=0" in again.stdout, again.stdout

    grub = root / "etc/default/grub"
    written = grub.read_bytes()
    grub.write_text("mine\n")
    refused = play(playbook, *here)
    assert refused.returncode != 0
    assert "has changed since the plan was made" in refused.stdout
    assert grub.read_text() == "mine\n"
    refused = play(playbook, "--tags", "undo", *here)
    assert refused.returncode != 0
    assert grub.read_text() == "mine\n"

    grub.write_bytes(written)
    back = play(playbook, "--tags", "undo", *here)
    assert back.returncode == 0, back.stdout + back.stderr
    (root / "var/lib/passthru").rmdir()
    assert tree(root) == was
