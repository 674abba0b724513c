"""The doctor over many hosts: `passthru.fleet` here, in processes and on a Dask cluster.

    bench/python/fleet.py [HOSTS [WORKERS]]

Hosts are the examples, captured, each copied under many names. What the doctor alone
takes is measured on the same snapshots in memory: the rest is reading files, handing
findings back and making Python objects of them.
"""

import json
import pathlib
import sys
import tempfile
import time

import passthru
from passthru import fleet

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "hosts"


def seconds(work):
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def main(hosts: int = 10_000, workers: int = 2) -> None:
    places = sorted(place for place in EXAMPLES.glob("*/*") if place.is_dir())
    texts = [passthru.Host.from_directory(place).capture() for place in places]
    print(f"{hosts} hosts, of {len(texts)} kinds, {sum(map(len, texts)) // len(texts)} bytes each")

    parse, judge, objects = 0.0, 0.0, 0.0
    for text in texts:
        spent, host = seconds(lambda: passthru.Host.from_texts({"snapshot": text}))
        parse += spent
        spent, said = seconds(lambda: host._host.doctor((), None))
        judge += spent
        spent, _ = seconds(lambda: passthru.Report._said(said))
        objects += spent
    number = len(texts)
    print(
        f"a host: reading its snapshot {parse / number * 1e3:.2f} ms, judging "
        f"{judge / number * 1e3:.2f} ms, Python objects {objects / number * 1e3:.2f} ms"
    )

    with tempfile.TemporaryDirectory() as folder:
        for index in range(hosts):
            pathlib.Path(folder, f"node{index:06}.json").write_text(texts[index % number])

        def told(name, spent, found, cores):
            assert len(found) == hosts
            rate = hosts / spent
            print(f"{name:32} {spent:7.2f} s  {rate:8.0f} hosts/s  {rate / cores:7.0f} a core")

        spent, found = seconds(lambda: fleet.doctor(folder, workers=1))
        told("in this process", spent, found, 1)
        reference = found
        spent, found = seconds(lambda: fleet.doctor(folder, workers=workers))
        told(f"concurrent.futures, {workers} processes", spent, found, workers)
        assert found == reference
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            print("skipped: distributed is not installed")
            return
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, local_directory=folder
        ) as cluster, Client(cluster) as client:
            client.wait_for_workers(workers)
            # What the cluster put into the folder is no snapshot.
            spent, found = seconds(lambda: fleet.doctor(folder, client=client))
            told(f"Dask LocalCluster, {workers} processes", spent, found, workers)
            assert found == reference
        rows = found.records()
        print(f"{len(rows)} rows, {sum(one.fault for one in found)} hosts with faults")
        print(f"the longest row: {max(len(json.dumps(row)) for row in rows)} bytes")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
