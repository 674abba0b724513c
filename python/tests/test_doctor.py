"""Reports and findings."""

from __future__ import annotations

import json
from pathlib import Path

import passthru
import pytest
from passthru import Verdict, remedies
from passthru._passthru import verdicts


@pytest.fixture
def report(after: Path) -> passthru.Findings:
    return passthru.Host.from_directory(after).doctor(["01:00.0"], target="proxmox")


def test_a_report_is_its_findings(report: passthru.Findings) -> None:
    assert report.has_problem
    assert tuple(report) == report.findings
    assert len(report) == len(report.findings) > 5
    assert report.findings is report.findings
    order = list(Verdict)
    places = [order.index(finding.verdict) for finding in report]
    assert places == sorted(places)


def test_a_finding_names_the_line_that_proves_it(report: passthru.Findings, after: Path) -> None:
    finding = next(f for f in report if f.code == "vfio-ids-missing-function")
    assert finding.verdict is Verdict.FIX
    assert finding.devices == ("0000:01:00.1",)
    assert finding.cause_of == ()
    assert str(finding.remedy) == "run: passthru plan 01:00"
    assert finding.remedy == remedies.MakePlan(("01:00",), str(finding.remedy))
    proof = finding.evidence[0]
    assert (proof.source, proof.line, proof.place) == (
        "/etc/modprobe.d/vfio.conf",
        1,
        "/etc/modprobe.d/vfio.conf:1",
    )
    assert (after / "etc/modprobe.d/vfio.conf").read_text().splitlines()[0] == proof.text
    assert str(finding) == f"fix: {finding.title} [vfio-ids-missing-function]"
    assert str(proof) == f"{proof.place}: {proof.text}"


def test_dicts_are_those_of_the_json(report: passthru.Findings) -> None:
    document = json.loads(report.to_json())
    assert report.to_dict() == document
    assert document["schema"] == "passthru-findings/1"
    assert [finding.to_dict() for finding in report] == document["findings"]
    for finding, shown in zip(report, document["findings"]):
        assert shown["code"] == finding.code
        assert shown["verdict"] == finding.verdict.value
        assert shown["devices"] == list(finding.devices)
        assert shown["title"] == finding.title
        assert shown["cause_of"] == list(finding.cause_of)
        assert (shown["remedy"] is None) == (finding.remedy is None)
        assert shown["evidence"] == [
            {"source": proof.source, "line": proof.line, "text": proof.text}
            for proof in finding.evidence
        ]


def test_a_cause_names_its_consequences() -> None:
    host = passthru.Host.from_texts(
        {
            "vfio.conf": "options vfio-pci ids=10de:2d04\n",
            "lspci -nnk": """\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
\tKernel driver in use: vfio-pci
01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)
\tKernel driver in use: snd_hda_intel
""",
        }
    )
    causes = {finding.code: finding.cause_of for finding in host.doctor() if finding.cause_of}
    assert causes == {"vfio-ids-missing-function": ("host-driver-bound",)}


def test_every_code_is_explained(report: passthru.Findings) -> None:
    for finding in report:
        explanation = passthru.explain(finding.code)
        assert explanation is not None
        assert str(explanation) == explanation.meaning
        assert len(explanation.meaning) > 40 and explanation.source
        assert explanation == passthru.explain(finding.code)
    assert passthru.explain("amd_iommu=on") is not None
    assert passthru.explain("nonsense") is None


def test_equal_looks_are_equal_and_hash_alike(after: Path, before: Path) -> None:
    one, other = (passthru.Host.from_directory(after).doctor("01:00.0") for _ in range(2))
    assert one == other and hash(one) == hash(other)
    assert one != passthru.Host.from_directory(before).doctor("01:00.0")
    assert len({*one, *other}) == len(one)
    for finding in one:
        assert len({finding, finding.code}) == 2
        proofs = [proof for again in other if again == finding for proof in again.evidence]
        assert set(proofs) == set(finding.evidence)


def test_values_cannot_be_changed(report: passthru.Findings) -> None:
    finding = report.findings[0]
    for value, field in [
        (report, "findings"),
        (finding, "title"),
        (finding.evidence[0], "text"),
        (passthru.explain("amd_iommu=on"), "meaning"),
    ]:
        with pytest.raises(AttributeError):
            setattr(value, field, None)
        with pytest.raises(TypeError):
            type(value)()


def test_what_is_shown_of_a_value_is_all_its_fields(report: passthru.Findings) -> None:
    assert repr(report.findings[0].evidence[0]) == (
        "Evidence(source='/etc/modprobe.d/vfio.conf', line=1, "
        "text='options vfio-pci ids=10de:2d04 disable_vga=1')"
    )
    for finding in report:
        for field in ("code", "verdict", "devices", "title", "cause_of", "evidence", "remedy"):
            assert f"{field}={getattr(finding, field)!r}" in repr(finding)
    problems = sum(finding.verdict.is_problem for finding in report)
    assert str(report) == f"{len(report)} findings, {problems} problems"


def test_verdicts_are_those_of_the_rust_crate() -> None:
    assert [(str(verdict), verdict.is_problem) for verdict in Verdict] == verdicts()
    problems = {Verdict.BLOCKER, Verdict.IMPOSSIBLE, Verdict.FIX, Verdict.SECURITY}
    assert {verdict for verdict in Verdict if verdict.is_problem} == problems


def test_words_that_choose_nothing_are_device_errors(after: Path) -> None:
    host = passthru.Host.from_directory(after)
    for word in ("09:00.0", "8086:1234", "radeon", "01:0x.0", "01:00.9"):
        for ask in (host.doctor, host.devices, lambda word: host.plan(word, "proxmox")):
            with pytest.raises(passthru.DeviceError) as caught:
                ask([word])
            assert isinstance(caught.value, LookupError)
            assert isinstance(caught.value, ValueError)
            assert word in str(caught.value)


def test_an_ambiguous_word_is_a_device_error(repository: Path) -> None:
    host = passthru.Host.from_directory(repository / "examples/hosts/ubuntu-twin-rtx3090ti/before")
    with pytest.raises(passthru.DeviceError, match=r"matches 2 cards; give the address of one:\n  01:00 NVIDIA"):
        host.doctor("10de:2203")


def test_an_unknown_hypervisor_is_a_target_error(after: Path) -> None:
    host = passthru.Host.from_directory(after)
    with pytest.raises(passthru.TargetError, match="expected one of proxmox, libvirt, qemu, esxi"):
        host.doctor("01:00.0", target="vmware")
    with pytest.raises(ValueError, match="unknown target"):
        host.plan("01:00.0", target="")
