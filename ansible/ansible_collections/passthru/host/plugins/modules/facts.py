#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: facts
short_description: Facts about a host for PCI passthrough
description:
  - Reads the PCI functions, IOMMU groups and findings of a host as facts. Nothing is
    written, no device is woken and no program is run.
options:
  snapshot:
    description:
      - Also return a snapshot of everything that the analysis reads, in which MAC addresses, UUIDs
        and serial numbers are replaced.
    type: bool
    default: false
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
- name: Read the facts
  passthru.host.facts:

- name: Show viable groups
  ansible.builtin.debug:
    msg: "{{ ansible_facts.passthru.groups | selectattr('viability', 'eq', 'viable') }}"
"""

RETURN = r"""
ansible_facts:
  description: Facts, below C(passthru).
  returned: always
  type: dict
  contains:
    passthru:
      description: The host.
      returned: always
      type: dict
      contains:
        status:
          description: What C(passthru --json) prints.
          returned: always
          type: dict
        devices:
          description: The functions, as C(passthru list --json) has them.
          returned: always
          type: list
          elements: dict
        groups:
          description: The groups, as C(passthru groups --json) has them.
          returned: always
          type: list
          elements: dict
snapshot:
  description: The snapshot, as C(passthru capture) writes it.
  returned: when O(snapshot=true)
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common


def run(module):
    host = common.host(module)
    found = {
        "status": host.status().to_dict(),
        "devices": host.devices().to_dict()["devices"],
        "groups": host.groups().to_dict()["groups"],
    }
    more = {"snapshot": host.capture()} if module.params["snapshot"] else {}
    module.exit_json(changed=False, ansible_facts={"passthru": found}, **more)


def main():
    spec = {**common.ROOT, "snapshot": {"type": "bool", "default": False}}
    common.guarded(AnsibleModule(argument_spec=spec, supports_check_mode=True), run)


if __name__ == "__main__":
    main()
