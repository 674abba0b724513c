//! The table of findings that another one outweighs.

/// Findings, and those that are wrong or needless beside one of them.
pub(super) const OUTWEIGHED: &[(&[&str], &[&str])] = &[
    // The host application has the picture, and no room for it.
    (
        &["looking-glass-shm-too-small"],
        &["looking-glass-needs-display"],
    ),
    // The resource that the scheduler misses is that of the other plugin.
    (
        &["kubevirt-resource-of-other-plugin"],
        &["kubevirt-external-resource"],
    ),
    // Nodes without the device may exclude the pod: the node with the device has none left.
    (
        &["kubevirt-resource-missing"],
        &["kubevirt-node-not-eligible"],
    ),
    // Without the patch the option splits no group.
    (&["acs-override-ignored"], &["acs-override-unproven"]),
    // The file that the loader reads is known.
    (&["edited-file-not-read"], &["proxmox-zfs-boot-loader"]),
    // Windows without the feature: no firmware setting, and no other board, adds it.
    (&["dda-on-client-windows"], &["hyperv-no-native-pcie"]),
    // The processor, or the driver, says the same.
    (
        &["gvt-g-generation", "gvt-g-without-hardware"],
        &["gvt-g-too-new"],
    ),
    // Both presuppose graphics in the processor.
    (
        &["processor-without-graphics"],
        &["container-render-node", "dri-missing"],
    ),
    // The release with the change is known, and so is its correction.
    (&["truenas-nvme-as-critical"], &["regression-reported"]),
    // The reason why vfio-pci does not bind is known.
    (
        &[
            "drop-in-file-not-read",
            "ids-without-module",
            "modprobe-line-invalid",
            "named-ids-malformed",
            "named-option-misspelled",
            "named-pci-stub-ids",
            "override-script-address-stale",
            "override-script-not-runnable",
            "program-without-lspci",
            "shell-test-missing-blank",
            "softdep-blank-missing",
            "unraid-vfio-bind-failed",
            "vfio-ids-malformed",
            "vfio-ids-match-nothing",
            "vfio-option-misspelled",
            "vfio-pci-blacklisted",
        ],
        &["driver-first-reported"],
    ),
    // The functions are hidden already.
    (&["xen-functions-hidden"], &["xcp-ng-hide-device"]),
    // Without a group no claim helps.
    (&["harvester-no-iommu-group"], &["harvester-claim-of-group"]),
    // The sound is of the chipset, and no function of a card.
    (&["onboard-sound-with-network"], &["hdmi-sound-function"]),
    // The host has set an address.
    (&["vf-mac-override-refused"], &["vf-random-address"]),
    // The guest has no display.
    (&["apu-rom-missing"], &["rom-not-readable"]),
    // A frozen host shows nothing.
    (
        &["host-freeze-reported", "host-failure-at-stop-reported"],
        &["no-picture-reported"],
    ),
    // Without an IOMMU no guest gets as far as its firmware and its display.
    (
        &["iommu-absent-reported"],
        &[
            "intel-graphics-needs-rom",
            "no-picture-reported",
            "intel-function-code-43",
            "rom-without-uefi-driver",
            "apu-needs-rom",
            "boot-card-needs-rom-file",
            "notebook-gpu-without-rom",
            "card-before-gop",
        ],
    ),
    // The message names the cause of the failed detach.
    (&["hypervisor-without-iommu"], &["libvirt-hang-reported"]),
    // The guest does not start before the hang ends.
    (&["libvirt-hang-reported"], &["no-picture-reported"]),
    // The end of the session has its own question about the failed start.
    (&["session-end-reported"], &["failure-not-shown"]),
    // The remedy for NixOS says the same.
    (
        &["nixos-modules-of-initrd", "nixos-vfio-module-missing"],
        &["bound-to-vfio-pci-prerequisite"],
    ),
    // The guest is without the ROM that shows the picture.
    (&["rom-file-without-bar"], &["no-picture-reported"]),
    // Without QEMU's start no guest has a picture.
    (&["guest-log-empty-reported"], &["no-picture-reported"]),
    // The remedy is the same.
    (
        &["reset-needs-other-group"],
        &["all-functions-assigned-prerequisite"],
    ),
    (
        &["libvirt-backend-not-chosen"],
        &["kubevirt-function-driver", "libvirt-without-passthrough"],
    ),
    (&["amd-reset-bug"], &["reset-once-named"]),
    // A function that is no longer on the bus needs no binding.
    (&["device-loss-reported"], &["vfio-group-file-missing"]),
    // The driver says that the BAR is too small.
    (&["nvidia-bar-invalid"], &["large-bar-with-ovmf"]),
    (&["gvt-g-memory-exhausted"], &["sysfs-write-no-memory"]),
    (&["dpdk-group-not-viable"], &["group-not-viable"]),
    (
        &["nvidia-vgpu-plugin-failed"],
        &["nvidia-vgpu-manager-error"],
    ),
    // The binding is the failure itself.
    (
        &["vfio-binding-missing-reported", "driver-first-reported"],
        &["bound-to-vfio-pci-prerequisite"],
    ),
    // Only ports are without vfio-pci, which they never have.
    (
        &["port-counted-as-unbound"],
        &["vfio-binding-missing-reported"],
    ),
    // The driver says that it can.
    (
        &["intel-gpu-vfs-possible"],
        &["igpu-sriov-driver-prerequisite"],
    ),
    // macOS shows no picture on such a card.
    (
        &[
            "macos-nvidia",
            "macos-rtx",
            "macos-card-without-driver",
            "macos-graphics-too-new",
        ],
        &["no-picture-reported"],
    ),
    // The sentence with the time of the failure says more.
    (
        &["host-failure-at-stop-reported"],
        &["host-freeze-reported", "host-restart-reported"],
    ),
    // A listing of the time before: the host does not start as it is configured.
    (&["root-file-system-not-found"], &["vfio-pci-late"]),
    // The boot drive was on the controller.
    (
        &["fat-drive-lost"],
        &[
            "xhci-unbound",
            "host-freeze-reported",
            "usb-devices-or-controller",
        ],
    ),
    // The port is the host's own.
    (
        &["host-port-unbound"],
        &["bridge-port-notes", "interface-renamed"],
    ),
    // The server's log names the error.
    (
        &["server-pcie-error"],
        &["host-freeze-reported", "host-failure-at-stop-reported"],
    ),
];
