#!/usr/bin/python
# MIT OR Apache-2.0

from __future__ import annotations

DOCUMENTATION = r"""
---
module: doctor
short_description: Find problems with PCI passthrough
description:
  - Returns the findings about a host, worst first, with the lines that prove them. Nothing
    is written.
options:
  fail_on:
    description:
      - Verdicts that are failures of the task.
    type: list
    elements: str
    choices: [blocker, impossible, fix, security, check, no-effect, unknown, harmless, ok]
    default: []
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
  - passthru.host.host.devices
"""

EXAMPLES = r"""
- name: Fail on blockers
  passthru.host.doctor:
    devices: ["01:00.0"]
    fail_on: [blocker, impossible]
"""

RETURN = r"""
findings:
  description: The findings, as C(passthru doctor --json) has them.
  returned: always
  type: list
  elements: dict
has_problem:
  description: Whether a finding is a problem.
  returned: always
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.passthru.host.plugins.module_utils import host as common

VERDICTS = [
    "blocker",
    "impossible",
    "fix",
    "security",
    "check",
    "no-effect",
    "unknown",
    "harmless",
    "ok",
]


def run(module):
    params = module.params
    report = common.host(module).doctor(params["devices"] or [], params["target"])
    findings = report.to_dict()["findings"]
    told = {"findings": findings, "has_problem": report.has_problem}
    against = [one for one in report if one.verdict.value in params["fail_on"]]
    if against:
        module.fail_json(msg="; ".join(one.title for one in against), **told)
    module.exit_json(changed=False, **told)


def main():
    spec = {
        "devices": common.CARD["devices"],
        "target": common.CARD["target"],
        **common.ROOT,
        "fail_on": {"type": "list", "elements": "str", "choices": VERDICTS, "default": []},
    }
    common.guarded(AnsibleModule(argument_spec=spec, supports_check_mode=True), run)


if __name__ == "__main__":
    main()
