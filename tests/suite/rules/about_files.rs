//! Guest configuration and single settings.

use passthru::Verdict::{Blocker, Fix, Harmless, NoEffect, Security, Unknown};

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    let vfio = "/etc/modprobe.d/vfio.conf";
    let remapping = (
        "dmesg",
        "[    0.394008] AMD-Vi: Interrupt remapping enabled\n",
    );
    vec![
        case(
            "proxmox-vm-config",
            Blocker,
            "",
            &[(
                "/etc/pve/qemu-server/100.conf",
                "hostpci0: 0000:01:00,pcie=1\nmemory: 4096\n",
            )],
        ),
        case(
            "libvirt-domain",
            NoEffect,
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<qemu:commandline/>\n</domain>\n",
            )],
        ),
        case(
            "libvirt-domain",
            NoEffect,
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<memory unit='GiB'>8</memory>\n<currentMemory unit='GiB'>4</currentMemory>\n\
                 <devices><hostdev type='pci'><source><address bus='1' slot='0' function='0'/></source>\
                 </hostdev></devices>\n</domain>\n",
            )],
        ),
        case(
            "libvirt-domain",
            NoEffect,
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<kvm><hidden state='on'/></kvm>\n</domain>\n",
            )],
        ),
        case(
            "libvirt-domain",
            Blocker,
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<memory unit='GiB'>8</memory>\n<memtune><hard_limit unit='GiB'>8</hard_limit>\
                 </memtune>\n<devices><hostdev type='pci'><source><address bus='1' slot='0' \
                 function='0'/></source></hostdev></devices>\n</domain>\n",
            )],
        ),
        case(
            "libvirt-domain",
            Blocker,
            "",
            &[(
                "/etc/libvirt/qemu/win.xml",
                "<domain>\n<memoryBacking><hugepages/><allocation mode='ondemand'/></memoryBacking>\n\
                 </domain>\n",
            )],
        ),
        case(
            "passthru-map-conflict",
            Fix,
            "",
            &[(
                "/etc/vmware/passthru.map",
                "10de 2803 bridge false\n10de 2803 link false\n",
            )],
        ),
        case(
            "passthru-map-line-invalid",
            Fix,
            "",
            &[("/etc/vmware/passthru.map", "10de 2803 flip false\n")],
        ),
        case(
            "esx-conf-owner-set-manually",
            Fix,
            "",
            &[(
                "/etc/vmware/esx.conf",
                "/device/0000:01:00.0/owner = \"passthru\"\n",
            )],
        ),
        case(
            "esx-conf-functions-missing",
            Unknown,
            "",
            &[(
                "/etc/vmware/esx.conf",
                "/device/0000:01:00.0/owner = \"passthru\"\n",
            )],
        ),
        case(
            "esx-conf-functions-missing",
            Fix,
            "",
            &[
                ("lspci -nnk", &super::gpu("vfio-pci", "vfio-pci")),
                (
                    "/etc/vmware/esx.conf",
                    "/device/0000:01:00.0/owner = \"passthru\"\n",
                ),
            ],
        ),
        case(
            "vmx-line-invalid",
            Blocker,
            "",
            &[("/vmfs/volumes/a/b/c.vmx", "pciPassthru0.present = TRUE\n")],
        ),
        case(
            "amd-iommu-on",
            NoEffect,
            "",
            &[("/proc/cmdline", "quiet amd_iommu=on\n")],
        ),
        // TrueNAS SCALE writes it.
        case(
            "amd-iommu-on",
            Harmless,
            "",
            &[
                ("/proc/cmdline", "quiet amd_iommu=on intel_iommu=on\n"),
                ("uname -r", "6.6.44-production+truenas\n"),
            ],
        ),
        case(
            "unsafe-interrupts",
            NoEffect,
            "",
            &[
                remapping,
                (vfio, "options vfio_iommu_type1 allow_unsafe_interrupts=Y\n"),
            ],
        ),
        case(
            "unsafe-interrupts",
            Security,
            "",
            &[(
                "/proc/cmdline",
                "quiet vfio_iommu_type1.allow_unsafe_interrupts=1\n",
            )],
        ),
        case(
            "kvm-unsafe-assigned-interrupts",
            NoEffect,
            "",
            &[
                ("/proc/sys/kernel/osrelease", "6.8.0-1-generic\n"),
                (
                    "/proc/cmdline",
                    "quiet kvm.allow_unsafe_assigned_interrupts=1\n",
                ),
            ],
        ),
        case(
            "vfio-virqfd-removed",
            NoEffect,
            "",
            &[
                ("/etc/modules", "vfio_virqfd\n"),
                ("/proc/sys/kernel/osrelease", "6.8.12-1-pve\n"),
            ],
        ),
        case(
            "vfio-virqfd-removed",
            Unknown,
            "",
            &[("/etc/modules", "vfio_virqfd\n")],
        ),
        case(
            "efifb-off",
            NoEffect,
            "",
            &[
                ("pveversion", "pve-manager/8.4.0/abc\n"),
                ("/proc/cmdline", "quiet video=efifb:off\n"),
            ],
        ),
        case(
            "vesafb-off",
            Unknown,
            "",
            &[("/proc/cmdline", "quiet video=vesafb:off\n")],
        ),
        case(
            "simplefb-off",
            Unknown,
            "",
            &[("/proc/cmdline", "quiet video=simplefb:off\n")],
        ),
        case(
            "x2apic-optout-ignored",
            Harmless,
            "",
            &[("/proc/cmdline", "quiet intremap=no_x2apic_optout\n")],
        ),
        case(
            "disable-vga",
            Harmless,
            "",
            &[(vfio, "options vfio-pci disable_vga=1\n")],
        ),
        case(
            "ignore-msrs",
            Harmless,
            "",
            &[("/etc/modprobe.d/kvm.conf", "options kvm ignore_msrs=1\n")],
        ),
        case(
            "blacklist-host-audio",
            NoEffect,
            "",
            &[("/etc/modprobe.d/b.conf", "blacklist snd_hda_intel\n")],
        ),
        case(
            "blacklist-hdmi-codec",
            NoEffect,
            "",
            &[("/etc/modprobe.d/b.conf", "blacklist snd-hda-codec-hdmi\n")],
        ),
    ]
}
