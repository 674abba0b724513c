#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: apply
short_description: Apply a plan (reversible)
description:
  - Applies a plan of M(passthru.host.plan), or a new plan for devices, with a journal in
    C(/var/lib/passthru). A plan that is already applied is not applied again, and an
    interrupted transaction is resumed.
  - It is refused if a file, a device or the kernel differs from the host state of the plan.
  - In a directory (O(root)) commands are run by chroot if O(chroot=true), and otherwise only
    listed.
options:
  plan:
    description:
      - The plan, as RV(passthru.host.plan#module:plan) returns it.
    type: dict
  src:
    description:
      - The file on the host that has the plan.
    type: path
  accept:
    description:
      - Accepted blockers, such as V(display), V(disk), V(network), V(process), V(kernel), or
        the code of a finding.
    type: list
    elements: str
    default: []
  chroot:
    description:
      - With O(root), run the commands there.
    type: bool
    default: false
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
- name: Give the card to VM 100
  passthru.host.apply:
    devices: ["01:00.0"]
    vm: "100"
    accept: [display]
  register: applied

- name: Reboot if needed
  ansible.builtin.reboot:
  when: applied.reboot_reason is not none
"""

RETURN = r"""
plan:
  description: The plan.
  returned: always
  type: dict
reboot_reason:
  description: Why the host needs a reboot; null if it needs none, or was rebooted since the
    plan was applied.
  returned: always
  type: str
transaction:
  description: The transaction, as C(passthru apply --json) prints it.
  returned: when something was changed
  type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common


def asked(module):
    """The plan that is asked for."""
    params = module.params
    if params["plan"] is not None:
        return common.passthru.Plan.from_json(json.dumps(params["plan"]))
    if params["src"] is not None:
        with open(params["src"], "rb") as file:
            return common.passthru.Plan.from_json(file.read())
    return None


def is_that(module, applied, plan):
    """Whether the plan that was applied is the one that is asked for."""
    if plan is not None:
        return applied.plan == plan
    # The host is another one since: a plan of the same devices would have no edits.
    params = module.params
    host = common.host(module)
    chosen = {device.address for device in host.devices(params["devices"])}
    taken = {device.address for device in applied.plan.devices}
    same_target = params["target"] in (None, applied.plan.target)
    same_way = params["bind"] in (None, applied.plan.method)
    same_guest = params["vm"] in (None, applied.plan.vm)
    return chosen <= taken and same_target and same_way and same_guest


def run(module):
    params = module.params
    plan = asked(module)
    applied = common.passthru.current(root=params["root"])
    if applied is not None and is_that(module, applied, plan):
        plan = applied.plan
        reboot = None if applied.rebooted else plan.reboot_reason
        told = {"plan": plan.to_dict(), "reboot_reason": reboot}
        if applied.state == "applied":
            module.exit_json(changed=False, **told)
        if module.check_mode:
            module.exit_json(changed=True, diff=common.forward(plan), **told)
        done = common.passthru.resume(root=params["root"])
        told["transaction"] = done.to_dict()
        module.exit_json(changed=True, diff=common.forward(plan), **told)
    if plan is None:
        plan = common.plan(module)
    told = {"plan": plan.to_dict(), "reboot_reason": plan.reboot_reason}
    how = {"root": params["root"], "accept": params["accept"], "chroot": params["chroot"]}
    refusals = common.passthru.check(plan, **how)
    if refusals:
        module.fail_json(msg="; ".join(refusals), refusals=list(refusals), **told)
    if not module.check_mode:
        told["transaction"] = common.passthru.apply(plan, **how).to_dict()
    module.exit_json(changed=True, diff=common.forward(plan), **told)


def main():
    spec = {
        **common.CARD,
        **common.ROOT,
        "plan": {"type": "dict"},
        "src": {"type": "path"},
        "accept": {"type": "list", "elements": "str", "default": []},
        "chroot": {"type": "bool", "default": False},
    }
    module = AnsibleModule(
        argument_spec=spec,
        mutually_exclusive=[("plan", "src", "devices")],
        required_one_of=[("plan", "src", "devices")],
        supports_check_mode=True,
    )
    if module.params["chroot"] and module.params["root"] is None:
        module.fail_json(msg="chroot: expected a root, in which commands are run")
    common.guarded(module, run)


if __name__ == "__main__":
    main()
