"""Many hosts at once: findings from snapshots, and the differences between two captures
of a fleet.

Snapshots are files of ``passthru capture``, one for each host, in a place: a directory, or
the address of one for ``fsspec`` (``s3://bucket/fleet``, ``zip://::fleet.zip``) where it is
installed. A host's name is its file's, without ``.json``, ``.txt`` or ``.gz`` at its end:
``10.0.0.1.json`` is that of 10.0.0.1.

>>> import tempfile, pathlib, passthru
>>> host = passthru.Host.from_texts({"vfio.conf": "options vfio-pci disable_vga=1\\n"})
>>> with tempfile.TemporaryDirectory() as place:
...     for name in ("node1", "node2"):
...         _ = pathlib.Path(place, f"{name}.json").write_text(host.capture())
...     judged = doctor(place, workers=1)
>>> [(one.host, one.has_problem) for one in judged]
[('node1', False), ('node2', False)]
>>> "disable-vga" in {row["code"] for row in judged.records()}
True

The work is split into batches. A process reads and evaluates one batch at a time: it
receives only names and returns only findings. By default ``concurrent.futures`` starts one
process for each core; with a ``client`` of Dask, its workers do the work.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Protocol, TypeVar, Union, cast

from .errors import InputError
from .findings import Finding
from .host import Host
from .values import Value
from .verdict import Verdict

Place = Union[str, "os.PathLike[str]"]
T = TypeVar("T")

#: Snapshots in a batch: enough for little overhead, few enough that all processes are busy
#: to the end.
BATCH = 50


class DaskClient(Protocol):
    """The used methods of ``distributed.Client``."""

    def map(self, func: Callable[..., Any], *iterables: Iterable[Any], **kwargs: Any) -> Any:
        """Starts the calls."""
        ...

    def gather(self, futures: Any, **kwargs: Any) -> Any:
        """Returns their results."""
        ...


class HostFindings(Value):
    """The findings about one host."""

    host: str
    """The host's name."""
    findings: tuple[Finding, ...]
    """The findings, worst first; none where the snapshot cannot be read."""
    error: str | None
    """Why the snapshot cannot be read, or None."""

    @property
    def has_problem(self) -> bool | None:
        """Whether a finding is a problem; None if the snapshot cannot be read."""
        if self.error is not None:
            return None
        return any(finding.verdict.is_problem for finding in self.findings)


class HostDrift(Value):
    """A difference on one host between two captures."""

    host: str
    """The host's name."""
    kind: str
    """As ``Difference.kind``, or ``host-added``, ``host-removed``, ``unreadable``."""
    verdict: Verdict
    """What it means for passthrough."""
    devices: tuple[str, ...]
    """The functions concerned, by their addresses before."""
    title: str
    """One sentence."""
    before: str | None
    """The state before."""
    after: str | None
    """The state after."""


class Judged(Value):
    """The findings about a fleet, by host name."""

    hosts: tuple[HostFindings, ...]
    """Each host's findings."""

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "host",
        "code",
        "verdict",
        "is_problem",
        "devices",
        "title",
        "place",
        "remedy",
        "error",
    )

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each finding of each host; of a host whose snapshot cannot be
        read, one with the ``error``."""
        rows: list[dict[str, Any]] = []
        for one in self.hosts:
            if one.error is not None:
                cells: tuple[object, ...] = (one.host, *[None] * 7, one.error)
                rows.append(dict(zip(self.COLUMNS, cells)))
            for finding in one.findings:
                place = finding.evidence[0].place if finding.evidence else None
                cells = (
                    one.host,
                    finding.code,
                    finding.verdict.value,
                    finding.verdict.is_problem,
                    " ".join(finding.devices),
                    finding.title,
                    place,
                    None if finding.remedy is None else str(finding.remedy),
                    None,
                )
                rows.append(dict(zip(self.COLUMNS, cells)))
        return rows

    def to_parquet(self, path: Place) -> None:
        """Writes the rows as a Parquet file, by polars, or else pandas."""
        _to_parquet(self.records(), self.COLUMNS, path)

    def __len__(self) -> int:
        return len(self.hosts)

    def __iter__(self) -> Iterator[HostFindings]:
        return iter(self.hosts)

    def __str__(self) -> str:
        problems = sum(one.has_problem is True for one in self.hosts)
        said = f"{len(self.hosts)} hosts, {problems} with problems"
        unread = sum(one.error is not None for one in self.hosts)
        return f"{said}, {unread} not readable" if unread else said


class Drift(Value):
    """The differences between two captures of a fleet, by host name, worst first."""

    hosts: tuple[str, ...]
    """The hosts that were compared: those of either capture."""
    changes: tuple[HostDrift, ...]
    """The differences."""

    #: The columns of ``records()``.
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "host",
        "kind",
        "verdict",
        "devices",
        "title",
        "before",
        "after",
    )

    def records(self) -> list[dict[str, Any]]:
        """A flat row for each change."""
        return [{**one.to_dict(), "devices": " ".join(one.devices)} for one in self.changes]

    def to_parquet(self, path: Place) -> None:
        """Writes the rows as a Parquet file, by polars, or else pandas."""
        _to_parquet(self.records(), self.COLUMNS, path)

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[HostDrift]:
        return iter(self.changes)

    def __str__(self) -> str:
        touched = len({one.host for one in self.changes})
        return f"{len(self.changes)} changes on {touched} of {len(self.hosts)} hosts"


def doctor(
    place: Place,
    *,
    target: str | None = None,
    client: DaskClient | None = None,
    workers: int | None = None,
    batch: int = BATCH,
) -> Judged:
    """Find the problems of all snapshots in ``place``.

    ``target`` is a hypervisor, as for ``Host.doctor``. ``client`` is that of a Dask
    cluster, whose workers must reach ``place``. Without one, ``workers`` is the number of
    processes, one for each core by default; with 1, this process does the work. The
    ``error`` of a host says why its snapshot cannot be read.
    """
    names = sorted(_snapshots(place).items())
    jobs = [(str(os.fspath(place)), some, target) for some in _batches(names, batch)]
    found = _spread(_judge, jobs, client, workers)
    return Judged(tuple([one for some in found for one in some]))


def drift(
    before: Place,
    after: Place,
    *,
    client: DaskClient | None = None,
    workers: int | None = None,
    batch: int = BATCH,
) -> Drift:
    """The differences between the captures of a fleet in two places.

    The parameters are those of ``doctor``.
    """
    old, new = _snapshots(before), _snapshots(after)
    names = sorted({*old, *new})
    pairs = [(name, old.get(name), new.get(name)) for name in names]
    places = (str(os.fspath(before)), str(os.fspath(after)))
    jobs = [(places, some) for some in _batches(pairs, batch)]
    found = _spread(_compare, jobs, client, workers)
    changes = [one for some in found for one in some]
    changes.sort(key=lambda one: (one.verdict, one.host))
    return Drift(tuple(names), tuple(changes))


def _judge(job: tuple[str, Sequence[tuple[str, str]], str | None]) -> list[HostFindings]:
    place, names, target = job
    judged: list[HostFindings] = []
    for name, path in names:
        try:
            host = _read(place, path)
        except (InputError, OSError) as error:
            judged.append(HostFindings(name, (), str(error)))
        else:
            judged.append(HostFindings(name, host.doctor(target=target).findings, None))
    return judged


def _compare(
    job: tuple[tuple[str, str], Sequence[tuple[str, str | None, str | None]]],
) -> list[HostDrift]:
    (before, after), pairs = job
    changes: list[HostDrift] = []
    for name, old, new in pairs:
        if old is None or new is None:
            kind, title = ("host-added", "the host is new") if old is None else (
                "host-removed",
                "the host is in the older capture only",
            )
            changes.append(HostDrift(name, kind, Verdict.UNKNOWN, (), title, None, None))
            continue
        try:
            diff = _read(before, old).diff(_read(after, new))
        except (InputError, OSError) as error:
            title = str(error)
            changes.append(HostDrift(name, "unreadable", Verdict.UNKNOWN, (), title, None, None))
            continue
        changes.extend(HostDrift(name, *[getattr(one, f) for f in one.__match_args__]) for one in diff)
    return changes


def _spread(
    work: Callable[[Any], list[T]],
    jobs: Sequence[Any],
    client: DaskClient | None,
    workers: int | None,
) -> Iterable[list[T]]:
    """The results of ``work`` for each job, in order."""
    if client is not None:
        # An earlier result may be outdated: the snapshot can have changed.
        return cast("list[list[T]]", client.gather(client.map(work, jobs, pure=False)))
    number = workers if workers is not None else (os.cpu_count() or 1)
    if number < 1:
        raise ValueError(f"workers: expected 1 or more, found {number}")
    if number == 1 or len(jobs) < 2:
        return map(work, jobs)
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fork would copy the locks of this process's threads.
    pool = ProcessPoolExecutor(min(number, len(jobs)), get_context("spawn"))
    is_interrupted = False
    try:
        return list(pool.map(work, jobs))
    except KeyboardInterrupt:
        is_interrupted = True
        raise
    finally:
        # The thread of a pool that is interrupted while it starts cannot be joined: the error
        # would replace the interrupt.
        pool.shutdown(wait=not is_interrupted, cancel_futures=is_interrupted)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    if size < 1:
        raise ValueError(f"batch: expected 1 or more, found {size}")
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _is_address(place: str) -> bool:
    return "://" in place


def _snapshots(place: Place) -> dict[str, str]:
    """The files of a place, by their hosts' names."""
    where = os.fspath(place)
    if _is_address(where):
        files, root = _file_system(where)
        entries = cast("list[dict[str, Any]]", files.ls(root, detail=True))
        paths = [str(entry["name"]) for entry in entries if entry["type"] == "file"]
    else:
        paths = [entry.path for entry in os.scandir(where) if entry.is_file()]
    named: dict[str, str] = {}
    for path in sorted(paths):
        name = _host_name(path.rsplit("/", 1)[-1])
        # Names that begin with a dot are hidden.
        if name.startswith("."):
            continue
        if name in named:
            raise ValueError(f"two snapshots of {name} in {where}: {named[name]}, {path}")
        named[name] = path
    return named


def _host_name(file: str) -> str:
    for suffix in (".gz", ".json", ".txt"):
        if file != suffix:
            file = file.removesuffix(suffix)
    return file


def _read(place: str, path: str) -> Host:
    if not _is_address(place):
        return Host.from_files(path)
    files, _ = _file_system(place)
    return Host.from_texts({path: cast(bytes, files.cat_file(path))})


def _file_system(address: str) -> tuple[Any, str]:
    # Not typed, and only needed for places that are not directories.
    core: Any = importlib.import_module("fsspec.core")
    return cast("tuple[Any, str]", core.url_to_fs(address))


def _to_parquet(rows: list[dict[str, Any]], columns: Sequence[str], path: Place) -> None:
    polars: Any
    try:
        polars = importlib.import_module("polars")
    except ImportError:
        pandas: Any = importlib.import_module("pandas")
        # With types, since a column may be empty.
        words = {name: "boolean" if name == "is_problem" else "string" for name in columns}
        table = pandas.DataFrame(rows, columns=list(columns)).astype(words)
        table.to_parquet(path, index=False)
        return
    kinds = {name: polars.Boolean if name == "is_problem" else polars.String for name in columns}
    polars.DataFrame(rows, schema=kinds).write_parquet(path)
