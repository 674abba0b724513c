# MIT OR Apache-2.0
"""What the modules share. What is said of a host is the Python package's; nothing is
judged here."""

from __future__ import annotations

import traceback

from ansible.module_utils.basic import missing_required_lib

try:
    import passthru

    FAULT = None
except ImportError:
    passthru = None
    FAULT = traceback.format_exc()

ROOT = {"root": {"type": "path"}}

CARD = {
    "devices": {"type": "list", "elements": "str"},
    "target": {"type": "str"},
    "vm": {"type": "str"},
    "bind": {"type": "str"},
}


def require(module):
    """Fails where the package is not installed for the interpreter on the host."""
    if passthru is None:
        module.fail_json(msg=missing_required_lib("passthru"), exception=FAULT)


def guarded(module, run):
    """Runs the module; an exception of the package fails the module."""
    require(module)
    try:
        run(module)
    except passthru.RefusedError as error:
        module.fail_json(msg=str(error), refusals=list(error.refusals))
    except passthru.PassthruError as error:
        module.fail_json(msg=str(error), code=error.code, help=error.help)
    except OSError as error:
        module.fail_json(msg=str(error))


def host(module):
    """The host, or that in the directory ``root``."""
    root = module.params["root"]
    if root is None:
        return passthru.Host.live()
    return passthru.Host.from_directory(root)


def plan(module):
    """The plan that the parameters ask for."""
    params = module.params
    return host(module).plan(
        params["devices"] or [], params["target"], params["vm"], params["bind"]
    )


def differences(edits):
    """Edits as Ansible's diff mode shows them; those of a file that was not there have
    nothing before."""
    return [
        {
            "before_header": path,
            "after_header": path,
            "before": "" if before is None else before,
            "after": "" if after is None else after,
        }
        for path, before, after in edits
    ]


def forward(plan):
    """The changes of a plan."""
    return differences((edit.path, edit.before, edit.after) for edit in plan.edits)


def back(plan):
    """What taking it back changes."""
    return differences((edit.path, edit.after, edit.before) for edit in reversed(plan.edits))
