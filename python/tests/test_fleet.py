"""Many hosts at once."""

from __future__ import annotations

import importlib
import os
import pickle
import zipfile
from pathlib import Path
from types import ModuleType

import passthru
import pytest
from passthru import Verdict, fleet

HOSTS = Path(__file__).resolve().parents[2] / "examples" / "hosts"
PAIRS = [(place / "before", place / "after") for place in sorted(HOSTS.iterdir())]
PAIRS = [pair for pair in PAIRS if all(place.is_dir() for place in pair)]


def capture(folder: Path, number: int, side: int) -> Path:
    """A fleet of so many hosts, each as one of the examples was."""
    folder.mkdir()
    texts = [passthru.Host.from_directory(pair[side]).capture() for pair in PAIRS]
    for index in range(number):
        text = texts[index % len(texts)]
        (folder / f"node{index:05}.json").write_text(text)
    return folder


def test_a_fleet_is_judged_as_its_hosts_are(tmp_path: Path) -> None:
    place = capture(tmp_path / "fleet", 24, 1)
    (place / "broken.json").write_text("{")
    (place / ".hidden").write_text("not read")
    here = fleet.doctor(place, workers=1)
    assert fleet.doctor(os.fspath(place), workers=2, batch=5) == here
    assert [one.host for one in here] == sorted(one.host for one in here) and len(here) == 25
    for one in here:
        if one.host == "broken":
            assert one.findings == () and one.error is not None and "broken.json" in one.error
            # Nothing is known of it, least of all that it is well.
            assert one.has_problem is None
            continue
        report = passthru.Host.from_files(place / f"{one.host}.json").doctor()
        assert (one.findings, one.error, one.has_problem) == (report.findings, None, report.has_problem)
    rows = here.records()
    assert {tuple(row) for row in rows} == {here.COLUMNS}
    assert len(rows) == 1 + sum(len(one.findings) for one in here)
    assert pickle.loads(pickle.dumps(here)) == here
    problems = sum(one.has_problem is True for one in here)
    assert str(here) == f"25 hosts, {problems} with problems, 1 not readable"
    (place / "broken.json").unlink()
    assert str(fleet.doctor(place, workers=1)) == f"24 hosts, {problems} with problems"


def test_hosts_are_told_apart_by_their_whole_names(tmp_path: Path) -> None:
    for name in ("10.0.0.1.json", "10.0.0.2.txt", "node.example.com", "node.json.gz", ".json"):
        (tmp_path / name).write_text("{")
    names = [one.host for one in fleet.doctor(tmp_path, workers=1)]
    assert names == ["10.0.0.1", "10.0.0.2", "node", "node.example.com"]


def test_drift_is_the_difference_of_each_host(tmp_path: Path) -> None:
    old = capture(tmp_path / "old", 12, 0)
    new = capture(tmp_path / "new", 12, 1)
    (old / "gone.json").write_text((old / "node00000.json").read_text())
    (new / "new.json").write_text((new / "node00000.json").read_text())
    (new / "node00001.json").write_text("{")
    found = fleet.drift(old, new, workers=2, batch=4)
    assert found == fleet.drift(old, new, workers=1)
    verdicts = [one.verdict for one in found]
    assert verdicts == sorted(verdicts)
    kinds = {one.host: one.kind for one in found if one.kind in ("host-added", "host-removed", "unreadable")}
    assert kinds == {"gone": "host-removed", "new": "host-added", "node00001": "unreadable"}
    for name in ("node00000", "node00002"):
        pair = [passthru.Host.from_files(place / f"{name}.json") for place in (old, new)]
        expected = sorted(one.title for one in pair[0].diff(pair[1]))
        assert sorted(one.title for one in found if one.host == name) == expected
    assert {tuple(row) for row in found.records()} == {found.COLUMNS}
    assert fleet.drift(old, old, workers=1).changes == ()
    assert Verdict.UNKNOWN in verdicts


def test_any_place_that_fsspec_knows(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    place = capture(tmp_path / "fleet", 6, 1)
    memory = fsspec.filesystem("memory")
    for path in place.iterdir():
        memory.pipe_file(f"/fleet/{path.name}", path.read_bytes())
    # What is in this process's memory no other one sees.
    there = fleet.doctor("memory://fleet", workers=1)
    here = fleet.doctor(place, workers=1)
    assert [(one.host, len(one.findings)) for one in there] == [
        (one.host, len(one.findings)) for one in here
    ]
    # Folders are not hosts.
    memory.pipe_file("/fleet/older/node9.json", b"{")
    assert len(fleet.doctor("memory://fleet", workers=1)) == len(here)
    with zipfile.ZipFile(tmp_path / "fleet.zip", "w") as archive:
        for path in place.iterdir():
            archive.write(path, path.name)
    for workers in (1, 2):
        packed = fleet.doctor(f"zip://::{tmp_path}/fleet.zip", workers=workers, batch=2)
        assert [(one.host, one.error, len(one.findings)) for one in packed] == [
            (one.host, None, len(one.findings)) for one in here
        ]
    by_address = fleet.doctor(place.as_uri(), workers=2, batch=2)
    assert [one.host for one in by_address] == [one.host for one in here]


def test_a_dask_cluster_judges_it(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    place = capture(tmp_path / "fleet", 40, 1)
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=os.fspath(tmp_path),
    ) as cluster, distributed.Client(cluster) as client:
        assert fleet.doctor(place, client=client, batch=7) == fleet.doctor(place, workers=1)
        assert fleet.drift(place, place, client=client).changes == ()


@pytest.mark.parametrize("writer", ["polars", "pandas"])
def test_tables_are_written(
    writer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polars = pytest.importorskip("polars")
    if writer == "pandas":
        pytest.importorskip("pandas")
        pytest.importorskip("pyarrow")
        real = importlib.import_module

        def without_polars(name: str) -> ModuleType:
            if name == "polars":
                raise ImportError(name)
            return real(name)

        monkeypatch.setattr(importlib, "import_module", without_polars)
    place = capture(tmp_path / "fleet", 6, 1)
    (place / "broken.json").write_text("{")
    judged = fleet.doctor(place, workers=1)
    judged.to_parquet(tmp_path / "fleet.parquet")
    table = polars.read_parquet(tmp_path / "fleet.parquet")
    assert table.rows(named=True) == judged.records()
    drift = fleet.drift(place, place, workers=1)
    drift.to_parquet(tmp_path / "drift.parquet")
    shown = polars.read_parquet(tmp_path / "drift.parquet")
    assert shown.rows(named=True) == drift.records() and shown.shape[0] == 1
    # A column that holds nothing is of the same kind as in any other table.
    assert set(shown.dtypes) == {polars.String}


def test_what_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fleet.doctor(tmp_path / "nowhere")
    for wrong in ({"workers": 0}, {"batch": 0}):
        capture(tmp_path / f"fleet-{len(list(tmp_path.iterdir()))}", 2, 0)
        with pytest.raises(ValueError, match="expected 1 or more"):
            fleet.doctor(tmp_path / "fleet-0", **wrong)
    twice = tmp_path / "twice"
    twice.mkdir()
    for name in ("a.json", "a.txt"):
        (twice / name).write_text("{")
    with pytest.raises(ValueError, match="two snapshots of a"):
        fleet.doctor(twice)
    with pytest.raises(passthru.TargetError):
        fleet.doctor(tmp_path / "fleet-0", target="x", workers=1)
