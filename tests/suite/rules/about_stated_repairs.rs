//! Repairs that the text names already, as set or as helpful, and remedies that another message of the
//! text excludes.

use passthru::Verdict::{Blocker, Check, Fix, Harmless, NoEffect, Ok, Unknown};
use passthru::{Remedy, Verdict};

use super::{Case, case, report};

const POST: &str = "post.md";

/// Qubes OS, whose libvirt refuses a device without a reset.
const REFUSED: &str = "Qubes OS 4.2 with PCI passthrough of the network card: sys-net does not start.\n\n\
    Start failed: internal error: Unable to reset PCI device 0000:00:1f.6: no FLR, PM reset or bus reset \
    available, see /var/log/libvirt/libxl/libxl-driver.log for details\n";

const TIMEOUT: &str = "libxl-driver.log:\n\
    libxl: libxl_dm.c:2585:stubdom_xswait_cb: Domain 12:Stubdom 13 for 12 startup: startup timed out\n\
    libxl: libxl_create.c:1915:domcreate_devmodel_started: Domain 12:device model did not start: -9\n";

/// Sentences that the option without a reset is set, and that it helps.
const SET: [&str; 2] = [
    "I set no-strict-reset for the device with qvm-pci.\n",
    "PCI device 00:1f.6 is already attached with no-strict-reset=True.\n",
];

const HELPS: [&str; 2] = [
    "Enabling `no-strict-reset` for this PCI device allows sys-net to start, but the reset is lost.\n",
    "Setting no-strict-reset=true lets sys-net start, but I do not like to lose the reset.\n",
];

/// Virtual functions that were there before the guest's start.
const LOST: [&str; 3] = [
    "Proxmox 8, X520 SR-IOV, 8 VFs in lspci:\nixgbe 0000:03:00.0: SR-IOV enabled with 8 VFs\n\
     TASK ERROR: no pci device info for device '0000:03:10.2'\n",
    "PVE 9, SR-IOV.\nxe 0000:00:02.0: [drm] PF: Enabled 7 of 7 VFs\n\
     xe 0000:00:02.0: [drm] PF: Disabled 7 VFs\nTASK ERROR: no pci device info for device '0000:00:02.3'\n",
    "Proxmox, iGPU SR-IOV: I lose the picture of the host.\ni915 0000:00:02.0: Enabled 3 VFs\n\
     TASK ERROR: no pci device info for device '0000:00:02.1'\n",
];

const MOVED: &str = "Proxmox: after I put in another NVMe, my GPU VM does not start anymore.\n\
    TASK ERROR: no PCI device found for '0000:01:00.0'\n";

const Q35_MISSING: &str = "TASK ERROR: q35 machine model is not enabled at /usr/share/perl5/PVE/QemuServer/PCI.pm \
    line 501.\n";

const WITHOUT_Q35: &str = "TASK ERROR: legacy IGD assignment is not compatible with q35\n";

/// An option that a sentence names, beside the command line that the host has.
const TRIED: &str = "RX 6600 on Proxmox VE 8.2 passed through to Windows 11. I tried `video=efifb:off`, no change. \
    Now it works with this:\n\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt initcall_blacklist=sysfb_init\"\n";

const PRAISED: &str = "Proxmox VE 9.1, GPU passthrough to Windows.\nAdding `video=efifb:off` to the kernel parameters \
    resolved the problem.\n";

const USED: &str = "Proxmox VE 8.2, kernel 6.8.4-2-pve, GPU passthrough. I use `video=efifb:off` on the kernel command \
    line and the VM has no picture.\n";

/// Success in words that deny a failure.
const NO_FAILURE: [&str; 4] = [
    "Passthrough of a GPU on my ProLiant with Proxmox, now it works! It's been 430 days running non-stop. Not a \
     single crash or issue.\n",
    "Proxmox 8 with an RTX 3060 passed through to a Windows VM. It's been running for 90 days without a crash.\n",
    "Die RTX 3060 ist an eine Windows-VM durchgereicht und läuft einwandfrei. Seit 6 Monaten war es kein einziger Absturz.\n",
    "显卡直通到虚拟机，一切正常，用了三个月从未死机，一次都没蓝屏。\n",
];

const FAILURE: &str = "Proxmox 8 with an RTX 3060 passed through to a Windows VM. It runs without a crash on Linux, but \
    in Windows it fails with an error and the screen is black.\n";

/// A script, and a guest whose start hangs.
const SCRIPT: &str = "start.sh:\n#!/usr/bin/env bash\nsystemctl stop sddm\nvirsh nodedev-detach pci_0000_0c_00_0\n\
    virsh nodedev-detach pci_0000_0c_00_1\nmodprobe vfio-pci\n";

const HANGS: [&str; 2] = [
    "Single GPU passthrough, RX 6700 XT. virsh start hangs forever; when I run start.sh by hand, it works.\n\n",
    "Single-GPU-Passthrough, RTX 3080. libvirt hängt beim Start der VM, das Skript allein geht.\n\n",
];

/// A file that libvirt cannot create, and the card.
const NVRAM: &str = "KVM passthrough of an RTX 3080:\n\
    error: Failed to create file '/var/lib/libvirt/qemu/nvram/win11_VARS.fd': ERROR\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2206] (rev a1)\n";

/// Two devices of which each works.
pub(super) const PAIR: &str =
    "libvirt: two GPUs, each works alone in the VM, but both together do not start with it.\n";

/// A package, and a file of another release.
pub(super) const PACKAGES: &str = "i915 SR-IOV with vfio-pci:\n\ncurl https://github.com/strongtz/i915-sriov-dkms/releases/\
    download/2025.01.22/i915-sriov-dkms_2025.01.22_amd64.deb -o i915-sriov-dkms_2025.01.22_amd64.deb\n\
    apt install ./i915-sriov-dkms_2024.12.30_amd64.deb\n";

fn with(texts: &[&str]) -> String {
    texts.join("\n")
}

fn said(code: &'static str, verdict: Verdict, text: &str) -> Case {
    case(code, verdict, "", &[(POST, text)])
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = vec![
        said("xen-reset-refused", Blocker, REFUSED),
        said("xen-reset-refused", Unknown, &with(&[REFUSED, TIMEOUT])),
        said(
            "xen-stubdomain-timeout",
            Unknown,
            &with(&[REFUSED, TIMEOUT]),
        ),
        said("intel-gpu-vfs-removed", Harmless, LOST[1]),
        said("efifb-off", NoEffect, USED),
        said("efi-framebuffer-absent", Ok, EFIFB),
        said("detach-waits-for-programs", Check, IN_USE),
        said("pair-fails-reported", Check, PAIR),
        said("package-of-other-release", Fix, PACKAGES),
        said("download-without-redirect", Fix, PACKAGES),
    ];
    all.extend(HELPS.map(|helps| said("xen-reset-refused", Check, &with(&[REFUSED, helps]))));
    all.extend(HANGS.map(|hangs| said("script-calls-virsh", Check, &with(&[hangs, SCRIPT]))));
    all
}

const EFIFB: &str = "Single GPU passthrough, RTX 3090: the write to efi-framebuffer/unbind fails, since efi framebuffer 0 \
    does not exist.\n";

const IN_USE: &str = "GPU passthrough of an RTX 3090:\n`modprobe -r nvidia_drm nvidia_modeset nvidia`\nI cannot unload \
    drm, it is running and being used.\n";

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text: &str| said(code, Ok, text);
    let mut all = vec![
        quiet("efifb-off", TRIED),
        quiet("efifb-off", PRAISED),
        quiet("script-calls-virsh", SCRIPT),
        quiet(
            "script-calls-virsh",
            "libvirt hangs when I call my script:\n#!/bin/bash\nvirsh nodedev-detach pci_0000_0c_00_0\n\
             virsh start win10\n",
        ),
        quiet(
            "detach-waits-for-programs",
            "GPU passthrough: after unloading the nvidia driver by hand the tianocore logo shows up, then it \
             freezes.\n",
        ),
        quiet("guest-runs-without-reported", NO_FAILURE[1]),
    ];
    all.extend(NO_FAILURE.map(|text| quiet("failure-not-shown", text)));
    all
}

/// The remedy of the code in the text.
fn remedy(text: &str, code: &'static str) -> String {
    let report = report(&said(code, Blocker, text));
    let found = report.findings.iter().find(|one| one.code == code);
    match found.and_then(|one| one.remedy.as_ref()) {
        Some(Remedy::Manual { text, .. }) => text.to_string(),
        other => panic!("{code}: {other:?}"),
    }
}

#[test]
fn a_setting_that_the_text_names_is_no_remedy() {
    let code = "xen-reset-refused";
    assert!(remedy(REFUSED, code).contains("-o no-strict-reset=True"));
    for set in SET {
        let text = remedy(&with(&[REFUSED, set]), code);
        assert!(
            !text.contains("-o no-strict-reset") && text.contains("qvm-pci"),
            "{set}{text}"
        );
    }
    for helps in HELPS {
        let text = remedy(&with(&[REFUSED, helps]), code);
        assert!(
            text.contains("leave the device to this guest alone"),
            "{helps}{text}"
        );
    }
}

/// Other hypervisors, cards and words.
#[test]
fn a_setting_of_another_system_that_the_text_names_is_no_remedy() {
    for (code, message, set, remedied) in [
        (
            "esxi-memory-not-reserved",
            "ESXi 8, passthrough of a P4:\nInvalid memory setting: memory reservation (sched.mem.min) should be \
             equal to memsize(8192).\n",
            "I have already enabled 'Reserve all guest memory' for the VM.\n",
            "Reserve all guest memory",
        ),
        (
            "vf-spoof-detected",
            "ixgbe 0000:03:00.0 enp3s0f0: 3 Spoofed packets detected\nThe virtual function is passed through to a \
             VM on Proxmox.\n",
            "I already set trust on and spoofchk off for the VF.\n",
            "set spoofchk off",
        ),
    ] {
        assert!(remedy(message, code).contains(remedied), "{code}");
        let text = remedy(&with(&[message, set]), code);
        assert!(text.starts_with("the text names"), "{code}: {text}");
    }
}

#[test]
fn a_virtual_function_that_vanished_needs_its_physical_function() {
    let code = "proxmox-pci-not-found";
    for lost in LOST {
        let text = remedy(lost, code);
        assert!(text.contains("keep the physical function"), "{lost}{text}");
    }
    assert!(remedy(MOVED, code).contains("correct the address"));
}

#[test]
fn a_remedy_leads_to_no_other_error_of_the_text() {
    let both = with(&[
        "Proxmox, iGPU. With pc:\n",
        Q35_MISSING,
        "With q35:\n",
        WITHOUT_Q35,
    ]);
    let pcie = remedy(&both, "proxmox-pcie-needs-q35");
    assert!(
        pcie.contains("remove pcie=1") && !pcie.contains("--machine q35"),
        "{pcie}"
    );
    let legacy = remedy(&both, "proxmox-legacy-igd-conflict");
    assert!(
        legacy.contains("remove pcie=1") && legacy.contains("machine: pc"),
        "{legacy}"
    );
    assert!(remedy(Q35_MISSING, "proxmox-pcie-needs-q35").contains("--machine q35"));
}

#[test]
fn the_error_of_a_file_decides_on_its_remedy() {
    for (error, wanted, other) in [
        ("Input/output error", "disk", "owner"),
        ("Permission denied", "owner", "disk"),
        ("No space left on device", "free space", "owner"),
    ] {
        let text = remedy(&NVRAM.replace("ERROR", error), "nvram-not-created");
        assert!(
            text.contains(wanted) && !text.contains(other),
            "{error}: {text}"
        );
    }
}

#[test]
fn a_failure_beside_a_denied_one_stays() {
    let found = report(&said("x", Ok, FAILURE)).findings;
    let asked = ["no-picture-reported", "failure-not-shown"];
    assert!(
        found.iter().any(|one| asked.contains(&one.code)),
        "{found:?}"
    );
}
