"""What all values share: they cannot be changed, and compare, hash, order, pickle, copy,
match and show themselves by their fields."""

from __future__ import annotations

import copy
import json
import pickle
import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import passthru
import pytest
from passthru.values import Document, Value, Word

HOSTS = Path(__file__).resolve().parents[2] / "examples" / "hosts"
PLACES = sorted(place for place in HOSTS.glob("*/*") if place.is_dir())


def everything() -> dict[str, object]:
    """All names of the package's modules, as an expression would find them."""
    names: dict[str, object] = {}
    for module in pkgutil.iter_modules(passthru.__path__):
        if module.name not in ("__main__", "_passthru"):
            names.update(vars(import_module(f"passthru.{module.name}")))
    return names


def documents(place: Path) -> Iterator[Document]:
    host = passthru.Host.from_directory(place)
    yield host.doctor()
    yield host.devices()
    yield host.groups()
    yield host.status()
    for device in host.devices():
        try:
            plan = host.plan(device.address)
        except passthru.PlanError:
            continue
        yield plan
        yield host.verify(plan)
        break
    yield host.diff(passthru.Host.from_directory(PLACES[0]))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.parent.name}/{place.name}")
def test_a_document_is_its_fields(place: Path) -> None:
    names = everything()
    for document in documents(place):
        text = document.to_json()
        assert document.to_dict() == json.loads(text)
        fields = {name: getattr(document, name) for name in document.__match_args__}
        # What is made of the same fields prints the same bytes.
        made = type(document)(**fields)
        assert made.to_json() == text
        for same in (
            made,
            eval(repr(document), names),
            copy.copy(document),
            copy.deepcopy(document),
            *(pickle.loads(pickle.dumps(document, protocol)) for protocol in range(6)),
        ):
            assert same == document and hash(same) == hash(document)
            assert type(same) is type(document)
            assert not same < document and same <= document and same >= document
        for name in fields:
            with pytest.raises(AttributeError):
                setattr(document, name, None)
            with pytest.raises(AttributeError):
                delattr(document, name)
        with pytest.raises(AttributeError):
            document.another = 1  # type: ignore[attr-defined]


def parts(value: object) -> Iterator[Value]:
    if isinstance(value, Value):
        yield value
        for name in value.__match_args__:
            yield from parts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


def test_what_is_in_documents_is_values_all_the_way() -> None:
    seen: dict[type, list[Value]] = {}
    for place in PLACES:
        for document in documents(place):
            for part in parts(document):
                seen.setdefault(type(part), []).append(part)
                for name in part.__match_args__:
                    assert not isinstance(getattr(part, name), (dict, list)), (type(part), name)
    # The examples show most of what there is; a kind that is left out has its own test.
    assert len(seen) > 30
    for values in seen.values():
        ordered = sorted(set(values))
        assert sorted(reversed(ordered)) == ordered
        for less, more in zip(ordered, ordered[1:]):
            assert less <= more and not more < less


def test_what_is_worst_sorts_first() -> None:
    report = passthru.Host.from_directory(HOSTS / "proxmox-rtx5060ti" / "after").doctor("01:00.0")
    verdicts = [finding.verdict for finding in sorted(report)]
    assert verdicts == [finding.verdict for finding in report] == sorted(verdicts)
    assert passthru.Verdict.BLOCKER < passthru.Verdict.OK
    assert repr(passthru.Verdict.NO_EFFECT) == "Verdict.NO_EFFECT"


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is of Python 3.10")
def test_values_match_patterns() -> None:
    program = """
def place(value):
    match value:
        case Finding(code="vfio-ids-missing-function", evidence=(Evidence(source, line), *_)):
            return source, line
        case Device(address):
            return address
    return None
"""
    names = everything()
    exec(program, names)
    place = names["place"]
    assert callable(place)
    host = passthru.Host.from_directory(HOSTS / "proxmox-rtx5060ti" / "after")
    assert ("/etc/modprobe.d/vfio.conf", 1) in [place(one) for one in host.doctor("01:00.0")]
    assert [place(one) for one in host.devices()] == ["0000:01:00.0", "0000:01:00.1"]


def test_a_value_takes_its_fields_and_no_others() -> None:
    proof = passthru.Evidence("dmesg", 3, "text")
    assert proof == passthru.Evidence(line=3, source="dmesg", text="text")
    assert proof != ("dmesg", 3, "text") and proof != passthru.Evidence("dmesg", None, "text")
    for args, names in [
        ((), {}),
        (("dmesg", 3), {}),
        (("dmesg", 3, "text", 4), {}),
        (("dmesg", 3, "text"), {"text": "twice"}),
        (("dmesg", 3, "text"), {"color": "red"}),
    ]:
        with pytest.raises(TypeError):
            passthru.Evidence(*args, **names)
    with pytest.raises(TypeError):
        assert proof < ("dmesg", 3, "text")


def test_words_are_enums_and_strings() -> None:
    from passthru.plans import When

    assert When("after-reboot") is When.AFTER_REBOOT == "after-reboot"
    assert {"now"} == {When.NOW} and f"{When.NOW}" == "now" == str(When.NOW)
    assert eval(repr(When.NOW)) is When.NOW is pickle.loads(pickle.dumps(When.NOW))
    assert json.dumps(When.NOW) == '"now"'
    # What a newer program says is kept.
    newer = When("someday")
    assert isinstance(newer, When) and newer == "someday" and eval(repr(newer)) == newer
    assert pickle.loads(pickle.dumps(newer)) == newer and len(When) == 3
    with pytest.raises(ValueError):
        When(3)
    assert issubclass(When, Word)


def test_rows_are_flat_and_of_one_shape() -> None:
    for place in PLACES:
        host = passthru.Host.from_directory(place)
        for table in (host.doctor(), host.devices(), host.groups()):
            for row in table.records():
                assert tuple(row) == table.COLUMNS
                for cell in row.values():
                    assert cell is None or type(cell) in (str, int, bool)


def test_pandas_and_polars_take_rows() -> None:
    host = passthru.Host.from_directory(HOSTS / "ubuntu-twin-rtx3090ti" / "before")
    tables = (host.doctor(), host.devices(), host.groups())
    pandas = pytest.importorskip("pandas")
    for table in tables:
        frame = pandas.DataFrame(table.records(), columns=table.COLUMNS)
        assert frame.shape == (len(table.records()), len(table.COLUMNS))
    polars = pytest.importorskip("polars")
    for table in tables:
        frame = polars.DataFrame(table.records(), infer_schema_length=None)
        assert frame.shape == (len(table.records()), len(table.COLUMNS))


def well_formed(page: str) -> None:
    """The fragment is XML: each element is closed, and all text is escaped."""
    ElementTree.fromstring(f"<div>{page.replace('&nbsp;', '')}</div>")


def test_notebooks_show_escaped_text() -> None:
    name = "<script>alert(1)</script>"
    host = passthru.Host.from_texts(
        {
            "lspci": f"01:00.0 VGA compatible controller [0300]: {name} [10de:fff0]\n",
            "vfio.conf": f"options vfio-pci ids=10de:fff0 {name}=1\n",
        }
    )
    shown = [host, host.doctor(), host.devices(), host.status(), host.groups()]
    for one in shown:
        page = one._repr_html_()
        assert "<script" not in page and 'class="passthru"' in page
        well_formed(page)
    assert "&lt;script&gt;" in host._repr_html_()
    assert "&lt;script&gt;" in host.doctor()._repr_html_()
    report = host.report()
    assert isinstance(report, str) and report.startswith("<!DOCTYPE html>")
    frame = report._repr_html_()
    assert frame.startswith('<iframe sandbox="" ') and frame.count("<") == 2


def test_notebooks_have_the_look_of_the_report() -> None:
    before = next(place for place in PLACES if "proxmox-rtx5060ti/before" in str(place))
    host = passthru.Host.from_directory(before)
    plan = host.plan("01:00.0", "proxmox", vm=100)
    for shown, parts in [
        (host, ['<div class="tree"', '<svg class="icon"', "GeForce RTX 5060 Ti"]),
        (host.status(), ["<dt>System</dt>", '<p class="name"><b>0000:01:00.0</b>']),
        (host.doctor(), ['<article class="finding unknown">', '<span class="verdict">']),
        (plan, ['<ol class="steps">', '<span class="added">+options vfio-pci', "update-grub"]),
    ]:
        page = shown._repr_html_()
        well_formed(page)
        for part in parts:
            assert part in page, (part, page)
    # The styles are those of the page, and outweigh those of the notebook.
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    report = host.report()
    look = report[report.index("<style>") + 7 : report.index(":root {")]
    own = style.replace(".passthru" * 3, ".passthru")
    assert all(line in own for line in look.splitlines())
    # Each selector is within the fragment: nothing else in the notebook is styled.
    rules = re.sub(r"@media [^{]*{", "", style)
    selectors = [part.rpartition("}")[2] for part in rules.split("{")[:-1]]
    for selector in filter(str.strip, selectors):
        for one in re.sub(r"\([^()]*(\([^()]*\))*[^()]*\)", "", selector).split(","):
            assert ".passthru" in one, selector
    for theme in ["[data-jp-theme-light=false]", ".vscode-dark", "html[theme=dark]"]:
        assert theme in style
    assert "0 IOMMU groups" in host.groups()._repr_html_()
    check = host.check()._repr_html_()
    well_formed(check)
    assert "<caption>1 card</caption>" in check
    groups = passthru.Host.from_texts(
        {"dmesg": "[    0.5] pci 0000:01:00.0: Adding to iommu group 17\n"}
    ).groups()
    page = groups._repr_html_()
    well_formed(page)
    # 17 times the golden angle.
    assert '<section class="group" style="--hue:177"><h3>Group 17 ' in page


def test_rich_shows_the_fields() -> None:
    rich = pytest.importorskip("rich.pretty")
    proof = passthru.Evidence("dmesg", 3, "text")
    assert rich.pretty_repr(proof) == "Evidence(source='dmesg', line=3, text='text')"
    assert list(proof.__rich_repr__()) == [("source", "dmesg"), ("line", 3), ("text", "text")]
    # Nothing that rich looks for may fail.
    assert "Findings(" in rich.pretty_repr(passthru.Host.from_directory(PLACES[0]).doctor())


def test_a_host_goes_to_other_processes() -> None:
    for place in PLACES:
        host = passthru.Host.from_directory(place)
        same = pickle.loads(pickle.dumps(host))
        assert same.doctor() == host.doctor() and same.devices() == host.devices()
        assert copy.deepcopy(host) is copy.copy(host) is host
    with pytest.raises(AttributeError):
        host.name = "x"  # type: ignore[attr-defined]
    rom = passthru.Rom(b"no ROM")
    assert pickle.loads(pickle.dumps(rom)) == rom and {rom: 1}[passthru.Rom(b"no ROM")] == 1


def test_topology_is_a_tree_of_what_is_behind_what() -> None:
    for place in PLACES:
        devices = passthru.Host.from_directory(place).devices()
        waiting = list(devices.topology())
        seen = []
        while waiting:
            branch = waiting.pop()
            seen.append(branch.device.address)
            for inner in branch.below:
                assert inner.device.parent == branch.device.address
            waiting.extend(branch.below)
        assert sorted(seen) == [device.address for device in devices]
        for device in devices:
            assert devices[device.address] is device
            assert devices[device.address.replace("0000:", "")] is device
    with pytest.raises(KeyError):
        devices["7f:1f.7"]
