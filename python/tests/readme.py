"""The examples of python/README.md and docs/how-to/python.md, run as they are printed there.

    python readme.py    carries them out, with the package that is installed

Apart from the tests, so that it runs where nothing but the package is installed.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HOST = REPOSITORY / "examples/hosts/proxmox-rtx5060ti/before"


def examples(page: str, count: int) -> list[tuple[str, str]]:
    """Each example of a page, and what it prints."""
    readme = (REPOSITORY / page).read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", readme, re.DOTALL)
    assert len(found) == readme.count("```python") == count
    return found


def carry_out(page: str = "python/README.md", count: int = 6) -> None:
    """Runs them one after the other, in the repository's folder."""
    names: dict[str, object] = {}
    for code, output in examples(page, count):
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(code, names)
        assert shown.getvalue() == output, f"{code}\nprints\n{shown.getvalue()}"


def carry_out_the_first() -> str:
    """Runs the example of the repository's README.md, which looks at this machine, on a host
    that has the device; what it prints."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    import passthru

    class Elsewhere(passthru.Host):
        @staticmethod
        def live() -> passthru.Host:
            return passthru.Host.from_directory(HOST)

    here, passthru.Host = passthru.Host, Elsewhere  # type: ignore[misc]
    shown = io.StringIO()
    try:
        with contextlib.redirect_stdout(shown):
            exec(code, {})
    finally:
        passthru.Host = here  # type: ignore[misc]
    return shown.getvalue()


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    carry_out()
    carry_out("docs/how-to/python.md", 4)
    assert carry_out_the_first()
    print("the examples are true")
