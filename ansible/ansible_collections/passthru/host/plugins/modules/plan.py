#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: plan
short_description: Plan the edits that pass devices through
description:
  - Plans edits, commands and checks. Nothing is applied; with O(dest) the plan is written
    there.
options:
  devices:
    required: true
  dest:
    description:
      - Write the plan to this file on the host, where it differs.
    type: path
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
  - passthru.host.host.devices
  - passthru.host.host.guest
"""

EXAMPLES = r"""
- name: What would be done
  passthru.host.plan:
    devices: ["01:00.0"]
    vm: "100"
  register: planned

- name: Show it
  ansible.builtin.debug:
    var: planned.patch
"""

RETURN = r"""
plan:
  description: The plan, as C(passthru plan --json) prints it.
  returned: always
  type: dict
patch:
  description: Its edits as a diff.
  returned: always
  type: str
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common


def run(module):
    plan = common.plan(module)
    told = {"plan": plan.to_dict(), "patch": plan.to_patch()}
    path = module.params["dest"]
    if path is None:
        module.exit_json(changed=False, **told)
    before, after = None, plan.to_json()
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            before = file.read()
    if before == after:
        module.exit_json(changed=False, **told)
    if not module.check_mode:
        written = os.path.join(module.tmpdir, "plan.json")
        with open(written, "w", encoding="utf-8") as file:
            file.write(after)
        module.atomic_move(written, path)
    diff = common.differences([(path, before, after)])
    module.exit_json(changed=True, diff=diff, **told)


def main():
    spec = {**common.CARD, **common.ROOT, "dest": {"type": "path"}}
    spec["devices"] = {**spec["devices"], "required": True}
    common.guarded(AnsibleModule(argument_spec=spec, supports_check_mode=True), run)


if __name__ == "__main__":
    main()
