#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: undo
short_description: Undo the newest plan
description:
  - Restores files byte for byte, then runs the commands. Where no plan is applied
    there is nothing to do.
options:
  overwrite:
    description:
      - Files whose changes since are given up.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  platform:
    support: full
    platforms: linux
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - passthru.host.host
"""

EXAMPLES = r"""
- name: As it was
  passthru.host.undo:
"""

RETURN = r"""
transaction:
  description: What was done, as C(passthru undo --json) prints it.
  returned: when something was done
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common


def run(module):
    params = module.params
    applied = common.passthru.current(root=params["root"])
    if applied is None:
        module.exit_json(changed=False)
    diff = common.back(applied.plan)
    if module.check_mode:
        module.exit_json(changed=True, diff=diff)
    done = common.passthru.undo(root=params["root"], overwrite=params["overwrite"])
    told = {"transaction": done.to_dict(), "diff": diff}
    if done.failed:
        failed = ", ".join(" ".join(one.argv) for one in done.failed)
        module.fail_json(msg="to be run by hand: " + failed, changed=True, **told)
    module.exit_json(changed=True, **told)


def main():
    spec = {
        **common.ROOT,
        "overwrite": {"type": "list", "elements": "str", "default": []},
    }
    common.guarded(AnsibleModule(argument_spec=spec, supports_check_mode=True), run)


if __name__ == "__main__":
    main()
