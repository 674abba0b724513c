#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: verify
short_description: Whether a plan worked
description:
  - Verifies after the reboot that each function is bound as planned, with the causes if not.
    Nothing is written.
options:
  plan:
    description:
      - The plan; the newest that was applied by default.
    type: dict
  required:
    description:
      - Whether the task fails where the plan is not shown to have worked.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    support: full
    platforms: linux
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - passthru.host.host
"""

EXAMPLES = r"""
- name: The card is on vfio-pci
  passthru.host.verify:
"""

RETURN = r"""
verification:
  description: The answers, as C(passthru verify --json) prints them.
  returned: always
  type: dict
verified:
  description: Whether every function is shown to be on vfio-pci, and no check to fail.
  returned: always
  type: bool
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common


def run(module):
    params = module.params
    plan = params["plan"]
    if plan is not None:
        plan = common.passthru.Plan.from_json(json.dumps(plan))
    found = common.host(module).verify(plan)
    told = {"verification": found.to_dict(), "verified": found.is_verified}
    if params["required"] and not found.is_verified:
        answers = (*found.devices, *found.checks)
        against = [one.title for one in answers if one.verdict.value != "ok"]
        module.fail_json(msg="; ".join(against), **told)
    module.exit_json(changed=False, **told)


def main():
    spec = {
        **common.ROOT,
        "plan": {"type": "dict"},
        "required": {"type": "bool", "default": True},
    }
    common.guarded(AnsibleModule(argument_spec=spec, supports_check_mode=True), run)


if __name__ == "__main__":
    main()
