//! Options of the kernel and of its modules.

use passthru::Target::{Libvirt, Proxmox};
use passthru::Verdict::{Fix, Harmless, NoEffect, Security};

use super::Instead::{Look, ManualStep, Refused, Run, Stays, Written};
use super::{CARD, GRUB, KERNEL, Mistake, found};

const RTX5060: &str = "proxmox-rtx5060ti";
const GTX650: &str = "proxmox-gtx650";
const GTX1080: &str = "ubuntu-gtx1080ti";
const TWIN: &str = "ubuntu-twin-rtx3090ti";

const PVE: (&str, &str) = ("pveversion", "pve-manager/8.4.0/abc\n");

pub(super) fn rows() -> Vec<Mistake> {
    let mut rows = of_the_kernel();
    rows.extend(of_modules());
    rows
}

fn of_the_kernel() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: RTX5060,
            wrong: "a value of amd_iommu that there never was",
            host: &[
                CARD,
                KERNEL,
                (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"\n"),
            ],
            found: found("amd-iommu-on", NoEffect, "amd_iommu=on"),
            instead: Written {
                target: Proxmox,
                path: GRUB,
                has: &["quiet"],
                not: &["amd_iommu"],
            },
        },
        Mistake {
            guide: RTX5060,
            wrong: "groups split by force, and not looked at before",
            host: &[
                CARD,
                KERNEL,
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet pcie_acs_override=downstream\"\n",
                ),
            ],
            found: found("acs-override-unproven", Security, "pcie_acs_override"),
            instead: Look("find /sys/kernel/iommu_groups -type l"),
        },
        Mistake {
            guide: GTX1080,
            wrong: "letters after a closing quote, which the shell joins to the value",
            host: &[CARD, (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"sh\n")],
            found: found("boot-options-invalid", Fix, ""),
            instead: Refused {
                target: Libvirt,
                error: "in one pair of quotes",
                right: &[CARD, (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n")],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "a blank in the name of the variable",
            host: &[
                CARD,
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DE FAULT=\"quiet intel_iommu=on\"\n",
                ),
            ],
            found: found("boot-options-invalid", Fix, "GRUB_CMDLINE_LINUX_DE"),
            instead: ManualStep {
                step: "between one pair of quotation marks",
                right: &[CARD, (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n")],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "update-grub with an option that it does not have",
            host: &[
                CARD,
                KERNEL,
                (GRUB, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=on\"\n"),
            ],
            found: None,
            instead: Run(Libvirt, &["update-grub"]),
        },
        Mistake {
            guide: GTX650,
            wrong: "two options without a blank between",
            host: &[
                CARD,
                PVE,
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet \
                     video=efifb:offintremap=no_x2apic_optout\"\n",
                ),
            ],
            found: found("options-not-separated", Fix, "efifb:offintremap"),
            instead: ManualStep {
                step: "write video=efifb:off intremap=no_x2apic_optout",
                right: &[
                    CARD,
                    PVE,
                    (
                        GRUB,
                        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet video=efifb:off \
                         intremap=no_x2apic_optout\"\n",
                    ),
                ],
            },
        },
        Mistake {
            guide: GTX650,
            wrong: "framebuffer drivers turned off that this kernel does not use",
            host: &[
                CARD,
                PVE,
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet video=vesafb:off video=simplefb:off\"\n",
                ),
            ],
            found: found("simplefb-off", NoEffect, "video=simplefb:off"),
            instead: Written {
                target: Proxmox,
                path: GRUB,
                has: &["quiet"],
                not: &["simplefb", "vesafb"],
            },
        },
        Mistake {
            guide: GTX650,
            wrong: "an option for a line of the log that harms nothing",
            host: &[(
                GRUB,
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intremap=no_x2apic_optout\"\n",
            )],
            found: found(
                "x2apic-optout-ignored",
                Harmless,
                "does not affect passthrough",
            ),
            instead: Stays,
        },
        Mistake {
            guide: GTX650,
            wrong: "UEFI taken for systemd-boot: GRUB does not read this file",
            host: &[
                CARD,
                ("/proc/sys/kernel/osrelease", "5.15.0-91-generic\n"),
                ("/etc/kernel/cmdline", "root=/dev/sda1 intel_iommu=on\n"),
            ],
            found: found("boot-options-in-unread-file", Fix, "intel_iommu=on"),
            instead: Written {
                target: Proxmox,
                path: GRUB,
                has: &["intel_iommu=on"],
                not: &[],
            },
        },
    ]
}

fn of_modules() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: RTX5060,
            wrong: "a module that Linux 6.2 has no more",
            host: &[CARD, KERNEL, ("/etc/modules", "vfio_pci\nvfio_virqfd\n")],
            found: found("vfio-virqfd-removed", NoEffect, "vfio_virqfd"),
            instead: Written {
                target: Proxmox,
                path: "/etc/modules",
                has: &["vfio_pci\n"],
                not: &["virqfd"],
            },
        },
        Mistake {
            guide: RTX5060,
            wrong: "permission to assign without interrupt remapping, where interrupts are remapped",
            host: &[
                CARD,
                KERNEL,
                (
                    "dmesg",
                    "[    0.394008] AMD-Vi: Interrupt remapping enabled\n",
                ),
                (
                    "/etc/modprobe.d/unsafe.conf",
                    "options vfio_iommu_type1 allow_unsafe_interrupts=1\n",
                ),
            ],
            found: found("unsafe-interrupts", NoEffect, "allow_unsafe_interrupts=1"),
            instead: Written {
                target: Proxmox,
                path: "/etc/modprobe.d/unsafe.conf",
                has: &[],
                not: &["allow_unsafe_interrupts"],
            },
        },
        Mistake {
            guide: RTX5060,
            wrong: "unknown MSRs ignored for all guests, as if that kept the host from crashing",
            host: &[(
                "/etc/modprobe.d/kvm.conf",
                "options kvm ignore_msrs=1 report_ignored_msrs=0\n",
            )],
            found: found("ignore-msrs", Harmless, "every guest"),
            instead: Stays,
        },
    ]
}
