# MIT OR Apache-2.0
"""Documentation of options that several modules have."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the modules; ``DOCUMENTATION`` is for each of them."""

    DOCUMENTATION = r"""
options:
  root:
    description:
      - Read the host in this directory, such as a mounted root or a chroot, instead of the
        running host.
    type: path
requirements:
  - The Python package passthru, for the interpreter that runs on the host.
author:
  - The passthru developers (@passthru)
"""

    DEVICES = r"""
options:
  devices:
    description:
      - Addresses (V(01:00.0)), slots (V(01:00)), IDs (V(10de:2d04)) or words of a name. A
        graphics card includes all its functions.
    type: list
    elements: str
  target:
    description:
      - The hypervisor, such as V(proxmox) or V(libvirt); by default the hypervisor of the host.
    type: str
"""

    GUEST = r"""
options:
  vm:
    description:
      - The guest, its number on Proxmox VE and its name for libvirt.
    type: str
  bind:
    description:
      - The binding method; by default one is chosen for the host.
    type: str
"""
