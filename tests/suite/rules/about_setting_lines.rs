//! Settings that are alone in a text, each with a similar line without a finding.

use passthru::Verdict::{self, Blocker, Fix, Harmless, NoEffect, Ok, Security, Unknown};

use super::{Case, case};

/// Code, verdict, a text with the finding, and one without it.
const CASES: &[(&str, Verdict, &str, &str)] = &[
    (
        "xen-functions-hidden",
        Ok,
        "module2 /boot/vmlinuz root=LABEL=a xen-pciback.hide=(05:00.0)(05:00.1)\n",
        "module2 /boot/vmlinuz root=LABEL=a xen-pciback.hide=(05:00.0),(05:00.1)\n",
    ),
    // Another device is at the address now.
    (
        "xen-functions-hidden",
        Ok,
        "XCP-ng 8.3, I added a NIC, and the VM with the GPU does not start.\nxen-pciback.hide=(0000:04:00.0)\n03:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n04:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2503]\n",
        "XCP-ng 8.3, I added a NIC, and the VM with the GPU does not start.\nxen-pciback.hide=(0000:03:00.0)\n03:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n04:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2503]\n",
    ),
    (
        "xen-guest-not-shown",
        Unknown,
        "The passthrough to the VM does not work.\nmodule2 /boot/vmlinuz root=LABEL=a xen-pciback.hide=(05:00.0)\n",
        "The passthrough to the VM does not work.\nmodule2 /boot/vmlinuz root=LABEL=a xen-pciback.hide=(05:00.0)\nxe vm-param-set uuid=a other-config:pci=0/0000:05:00.0\n",
    ),
    (
        "qubes-functions-hidden",
        Ok,
        "The devices are hidden with `rd.qubes.hide_pci=05:00.0,05:00.1`\n",
        "The devices are hidden with `rd.qubes.hide_pci=` and their addresses\n",
    ),
    (
        "xen-hidden-function-bound",
        Fix,
        "GRUB_CMDLINE_LINUX=\"xen-pciback.hide=(05:00.0)\"\n05:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n\tKernel driver in use: xhci_hcd\n",
        "GRUB_CMDLINE_LINUX=\"xen-pciback.hide=(05:00.0)\"\n05:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n\tKernel driver in use: pciback\n",
    ),
    (
        "xen-hide-other-function",
        Fix,
        "xen-pciback.hide=(0000:05:00.0)\n# xe vm-param-get uuid=a param-name=other-config param-key=pci\n0/0000:06:00.0\n06:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n\tKernel driver in use: xhci_hcd\n",
        "xen-pciback.hide=(0000:05:00.0)\n# xe vm-param-get uuid=a param-name=other-config param-key=pci\n0/0000:05:00.0\n06:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n\tKernel driver in use: xhci_hcd\n",
    ),
    // The opposite: the card is where the settings name it.
    (
        "xen-function-moved",
        Blocker,
        "XCP-ng 8.3: after I added an NVMe drive the VM with the GPU does not start.\nxen-pciback.hide=(0000:03:00.0)\nother-config (MRW): pci: 0/0000:03:00.0\n03:00.0 Non-Volatile memory controller [0108]: Samsung Device [144d:a808]\n04:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2503]\n",
        "XCP-ng 8.3: after I added an NVMe drive the VM with the GPU does not start.\nxen-pciback.hide=(0000:04:00.0)\nother-config (MRW): pci: 0/0000:04:00.0\n03:00.0 Non-Volatile memory controller [0108]: Samsung Device [144d:a808]\n04:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2503]\n",
    ),
    // Without a word of a change another guest may have the function.
    (
        "xen-function-moved",
        Fix,
        "XenServer 8，换了主板之后显卡直通的虚拟机起不来。\nxen-pciback.hide=(0000:03:00.0)\n03:00.0 SATA controller [0106]: ASMedia Device [1b21:0612]\n0a:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2184]\n",
        "XenServer 8，显卡直通的虚拟机起不来。\nxen-pciback.hide=(0000:03:00.0)\n03:00.0 SATA controller [0106]: ASMedia Device [1b21:0612]\n0a:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2184]\n",
    ),
    // A router has the network card.
    (
        "xen-function-moved",
        Blocker,
        "Xen: j'ai ajouté une carte réseau, la VM avec le contrôleur USB ne démarre plus.\nxen-pciback.hide=(06:00.0)\npci = [ '06:00.0' ]\n06:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n07:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n",
        "Xen: pfSense tourne. J'ai remplacé la carte mère, la VM avec le contrôleur USB ne démarre plus.\nxen-pciback.hide=(06:00.0)\npci = [ '06:00.0' ]\n06:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n07:00.0 USB controller [0c03]: Renesas Device [1912:0014]\n",
    ),
    // Of two such cards it is not known which moved.
    (
        "xen-function-moved",
        Blocker,
        "XCP-ng 8.3, seit dem Umbau startet die VM mit dem HBA nicht mehr.\nxen-pciback.hide=(0000:03:00.0)\nother-config (MRW): pci: 0/0000:03:00.0\n03:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n\tKernel driver in use: pciback\n05:00.0 Serial Attached SCSI controller [0107]: Broadcom Device [1000:0097]\n",
        "XCP-ng 8.3, seit dem Umbau startet die VM mit dem HBA nicht mehr.\nxen-pciback.hide=(0000:03:00.0)\nother-config (MRW): pci: 0/0000:03:00.0\n03:00.0 Ethernet controller [0200]: Intel Device [8086:1533]\n\tKernel driver in use: pciback\n05:00.0 Serial Attached SCSI controller [0107]: Broadcom Device [1000:0097]\n06:00.0 Serial Attached SCSI controller [0107]: Broadcom Device [1000:0097]\n",
    ),
    (
        "xen-hide-host-bridge",
        Fix,
        "module /vmlinuz quiet xen-pciback.hide=(00:00.0)\n",
        "module /vmlinuz quiet xen-pciback.hide=(00:14.0)\n",
    ),
    (
        "xen-hide-commented",
        NoEffect,
        "  # \"xen-pciback.hide=(05:00.0)\"\n",
        "  # the next line has the address\n  \"xen-pciback.hide=(05:00.0)\"\n",
    ),
    (
        "xen-hide-on-xen",
        Fix,
        "  bootParams = [\n    \"xen-pciback.hide=(05:00.0)\"\n  ];\n",
        "  bootParams = [\n    \"vga=ask\"\n  ];\n  boot.kernelParams = [\n    \"xen-pciback.hide=(05:00.0)\"\n  ];\n",
    ),
    (
        "xen-hide-commas",
        Fix,
        "module2 /vmlinuz xen-pciback.hide=(05:00.0),(05:00.1)\n",
        "module2 /vmlinuz xen-pciback.hide=(05:00.0)(05:00.1)\n",
    ),
    (
        "xen-dom0-mode-unknown",
        Fix,
        "  bootParams = [ \"dom0=hvm\" ];\n",
        "  bootParams = [ \"dom0=pvh\" ];\n",
    ),
    (
        "unraid-functions-bound",
        Ok,
        "BIND=05:00.3 07:00.0\n",
        "BIND=eth0\n",
    ),
    (
        "unraid-ids-on-append",
        Ok,
        "append vfio-pci.ids=8086:10fb initrd=/bzroot\n",
        "append initrd=/bzroot\n",
    ),
    (
        "unraid-ids-of-others",
        Unknown,
        "append vfio-pci.ids=8086:10fb initrd=/bzroot\n",
        "append vfio-pci.ids=8086:10fb initrd=/bzroot\n05:00.0 Ethernet controller [0200]: Intel Corporation 82599ES [8086:10fb] (rev 01)\n",
    ),
    (
        "acs-override-written",
        Security,
        "- `pcie_acs_override=downstream`\n",
        "does pcie_acs_override= help with groups?\n",
    ),
    (
        "option-with-dash",
        Harmless,
        "kernel option intel-iommu=on\n",
        "kernel option intel_iommu=on\n",
    ),
    (
        "hook-variable-host-bridge",
        Fix,
        "VIRSH_GPU=pci_0000_00_00_0\n",
        "VIRSH_GPU=pci_0000_05_00_0\n",
    ),
    (
        "vmx-functions-assigned",
        Ok,
        "notes\npciPassthru0.id = \"00000:066:00.0\"\n",
        "notes\npciPassthru0.id = \"0000:42:00.0\"\n",
    ),
    (
        "vmx-id-form",
        Unknown,
        "notes\npciPassthru0.id = \"0000:42:00.0\"\n",
        "notes\npciPassthru0.id = \"00000:066:00.0\"\n",
    ),
    (
        "vmx-64bit-mmio-on",
        Ok,
        "notes\npciPassthru.use64bitMMIO = \"TRUE\"\n",
        "notes\npciPassthru.use64bitMMIO = \"FALSE\"\n",
    ),
    (
        "vmx-isolation-weakened",
        Security,
        "notes\npciPassthru.allowP2P = \"TRUE\"\n",
        "notes\n# pciPassthru.allowP2P = \"TRUE\"\n",
    ),
    (
        "vmx-cpuid-hidden-line",
        NoEffect,
        "notes\nhypervisor.cpuid.v0 = \"FALSE\"\n",
        "notes\nhypervisor.cpuid.v0 = \"TRUE\"\n",
    ),
    (
        "vmx-hypervisor-shown",
        NoEffect,
        "notes\nhypervisor.cpuid.v0 = \"TRUE\"\n",
        "notes\nhypervisor.cpuid.v0 = \"FALSE\"\n",
    ),
    (
        "qubes-isolation-weakened",
        Security,
        "qvm-pci attach work dom0:05_00.0 -o permissive=True\n",
        "qvm-pci attach work dom0:05_00.0\n",
    ),
    (
        "qubes-strict-reset-set",
        Fix,
        "qvm-pci attach -o no-strict-reset=False work dom0:05_00.0\n",
        "qvm-pci attach -o no-strict-reset=True work dom0:05_00.0\n",
    ),
    (
        "dda-order-valid",
        Ok,
        "Disable-PnpDevice -InstanceId $id\nDismount-VMHostAssignableDevice -LocationPath $path\nAdd-VMAssignableDevice -LocationPath $path -VMName guest\n",
        "Add-VMAssignableDevice -LocationPath $path -VMName guest\nDisable-PnpDevice -InstanceId $id\nDismount-VMHostAssignableDevice -LocationPath $path\n",
    ),
    (
        "dda-dismount-forced",
        Security,
        "Dismount-VMHostAssignableDevice -Force -LocationPath $path\n",
        "Dismount-VMHostAssignableDevice -LocationPath $path\n",
    ),
    (
        "loader-conf-quote",
        Fix,
        "vmm_load=\"YES\n",
        "vmm_load=\"YES\"\npptdevs=\"5/0/0 5/0/1\"\n",
    ),
    (
        "loader-conf-module-misspelled",
        Fix,
        "ndmm_load=\"YES\"\n",
        "nmdm_load=\"YES\"\n",
    ),
    (
        "pptdevs-commented",
        NoEffect,
        "#pptdevs=\"5/0/0\"\n",
        "pptdevs=\"5/0/0\"\n",
    ),
    (
        "amdvi-off",
        Fix,
        "root@nas:~ # sysctl hw.model\nhw.model: AMD Ryzen 7 5700G\nhw.vmm.amdvi.enable: 0\n",
        "root@nas:~ # sysctl hw.model\nhw.model: Intel(R) Core(TM) i5-8500\nhw.vmm.amdvi.enable: 0\n",
    ),
    (
        "pptdevs-valid",
        Ok,
        "pptdevs=\"5/0/0 5/0/1\"\n",
        "pptdevs=\"05:00.0\"\n",
    ),
    (
        "hostpci-whole-slot",
        Ok,
        "# hostpci0: 0000:05:00,pcie=1\n",
        "# hostpci0: 0000:05:00.0,pcie=1\n",
    ),
    (
        "hostpci-mediated",
        Ok,
        "the line is `hostpci0: 0000:00:02.0,mdev=i915-GVTg_V5_4`\n",
        "the line is `hostpci0: 0000:00:02.0`\n",
    ),
    (
        "kubevirt-device-permitted",
        Ok,
        "\"pciVendorSelector\": \"10de:2503\",\n",
        "\"pciVendorSelector\": \"all\",\n",
    ),
    (
        "kubevirt-selector-twice",
        Harmless,
        "\"pciVendorSelector\": \"10de:2503\",\n\"pciVendorSelector\": \"10DE:2503\",\n",
        "\"pciVendorSelector\": \"10de:2503\",\n\"pciVendorSelector\": \"10de:228e\",\n",
    ),
    (
        "host-output-missing",
        Unknown,
        "append vfio-pci.ids=8086:10fb initrd=/bzroot\n",
        "append vfio-pci.ids=8086:10fb initrd=/bzroot\n05:00.0 Ethernet controller [0200]: Intel Corporation 82599ES [8086:10fb] (rev 01)\n",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let cases = CASES.iter();
    cases
        .map(|(code, verdict, output, _)| case(code, *verdict, "", &[("post.txt", output)]))
        .collect()
}

pub(super) fn quiet() -> Vec<Case> {
    let cases = CASES.iter();
    cases
        .map(|(code, _, _, quiet)| case(code, Ok, "", &[("post.txt", quiet)]))
        .collect()
}
