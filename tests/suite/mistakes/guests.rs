//! Configurations of virtual machines, and of hosts with ESXi.

use passthru::Target::{Esxi, Libvirt, Proxmox};
use passthru::Verdict::{Blocker, Check, Fix, Harmless, NoEffect, Unknown};

use super::Instead::{ManualStep, Refused, Run, Stays, Written};
use super::{CARD, Mistake, found};

const ESXI: &str = "esxi-rtx4060ti";
const PVE: &str = "proxmox-gtx650";
const UBUNTU: &str = "ubuntu-gtx1080ti";

const MAP: &str = "/etc/vmware/passthru.map";
const CONF: &str = "/etc/vmware/esx.conf";
const VMX: &str = "/vmfs/volumes/ds/win/win.vmx";
const VM: &str = "/etc/pve/qemu-server/105.conf";
const DOMAIN: &str = "/etc/libvirt/qemu/win.xml";
/// Where a plan puts the domain that virsh is to define.
const DEFINED: &str = "/var/lib/passthru/win.xml";

pub(super) fn rows() -> Vec<Mistake> {
    let mut rows = esxi();
    rows.extend(proxmox());
    rows.extend(libvirt());
    rows
}

fn esxi() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: ESXI,
            wrong: "three lines of passthru.map for one id, as if false switched a method off",
            host: &[(
                MAP,
                "10de 0fc6 bridge false\n10de 0fc6 link false\n10de 0fc6 d3d0 false\n",
            )],
            found: found("passthru-map-conflict", Fix, "bridge, link, d3d0"),
            instead: ManualStep {
                step: "keep one line for the device, then run /sbin/auto-backup.sh",
                right: &[(MAP, "10de 0fc6 d3d0 false\n")],
            },
        },
        Mistake {
            guide: ESXI,
            wrong: "the owner appended to esx.conf, and hostd restarted for it",
            host: &[CARD, (CONF, "/device/0000:02:00.0/owner = \"passthru\"\n")],
            found: found("esx-conf-owner-set-manually", Fix, "02:00.0"),
            instead: Run(
                Esxi,
                &[
                    "esxcli hardware pci pcipassthru set --device-id 0000:02:00.0 --enable true --apply-now",
                ],
            ),
        },
        Mistake {
            guide: ESXI,
            wrong: "function 0 alone, and the audio function forgotten",
            host: &[CARD, (CONF, "/device/0000:02:00.0/owner = \"passthru\"\n")],
            found: found("esx-conf-functions-missing", Fix, "ESXi keeps 02:00.1"),
            instead: Run(
                Esxi,
                &[
                    "esxcli hardware pci pcipassthru set --device-id 0000:02:00.1 --enable true --apply-now",
                ],
            ),
        },
        Mistake {
            guide: ESXI,
            wrong: "values of a .vmx without quotes",
            host: &[
                CARD,
                (
                    VMX,
                    "displayName = \"win\"\nmemSize = \"8192\"\nfirmware = \"efi\"\n\
                     pciPassthru.use64bitMMIO = TRUE\n",
                ),
            ],
            found: found("vmx-line-invalid", Blocker, "line 4"),
            instead: Refused {
                target: Esxi,
                error: "line 4; write the line as key = \"value\" first",
                right: &[
                    CARD,
                    (
                        VMX,
                        "displayName = \"win\"\nmemSize = \"8192\"\nfirmware = \"efi\"\n\
                         pciPassthru.use64bitMMIO = \"TRUE\"\n",
                    ),
                ],
            },
        },
        Mistake {
            guide: ESXI,
            wrong: "a reservation that a picture alone shows, and not in the .vmx",
            host: &[
                CARD,
                (
                    VMX,
                    "displayName = \"win\"\nmemSize = \"8192\"\nfirmware = \"efi\"\n\
                     pciPassthru0.present = \"TRUE\"\npciPassthru0.id = \"00000:002:00.0\"\n",
                ),
            ],
            found: found("vmx-memory-not-reserved", Blocker, "8192 MiB"),
            instead: Written {
                target: Esxi,
                path: VMX,
                has: &["sched.mem.min = \"8192\"", "sched.mem.pin = \"TRUE\""],
                not: &[],
            },
        },
        Mistake {
            guide: ESXI,
            wrong: "the hypervisor hidden, which drivers from 465 on do not need",
            host: &[(VMX, "hypervisor.cpuid.v0 = \"FALSE\"\n")],
            found: found("vmx-hypervisor-hidden", Harmless, "before 465"),
            instead: Stays,
        },
    ]
}

fn proxmox() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: PVE,
            wrong: "a second -cpu in args, which throws the first away",
            host: &[
                CARD,
                (
                    VM,
                    "memory: 8192\nmachine: q35\ncpu: host,hidden=1,flags=+pcid\nargs: -cpu \
                     'host,hv_vendor_id=ABC,kvm=off'\nhostpci0: 0000:02:00,pcie=1\n",
                ),
            ],
            found: found("proxmox-vm-config", Check, "another -cpu"),
            instead: Written {
                target: Proxmox,
                path: VM,
                has: &["cpu: host,hidden=1,flags=+pcid,hv-vendor-id=ABC\n"],
                not: &["args:", "-cpu"],
            },
        },
        Mistake {
            guide: "proxmox-rtx5060ti",
            wrong: "one function of the slot, where all are wanted",
            host: &[
                CARD,
                (
                    VM,
                    "memory: 8192\nmachine: q35\nhostpci0: 0000:02:00.0,pcie=1\n",
                ),
            ],
            found: found("proxmox-vm-config", Fix, "the host keeps 02:00.1"),
            instead: Written {
                target: Proxmox,
                path: VM,
                has: &["hostpci0: 0000:02:00,pcie=1\n"],
                not: &["02:00.0"],
            },
        },
        Mistake {
            guide: PVE,
            wrong: "pcie=1 on a machine that is not q35",
            host: &[CARD, (VM, "hostpci0: 0000:02:00,pcie=1\nmemory: 8192\n")],
            found: found("proxmox-vm-config", Blocker, "not q35"),
            instead: Written {
                target: Proxmox,
                path: VM,
                has: &["hostpci0: 0000:02:00\n"],
                not: &["machine", "pcie"],
            },
        },
        Mistake {
            guide: PVE,
            wrong: "huge pages of 1 GiB for memory that is not a multiple of that",
            host: &[
                CARD,
                (
                    VM,
                    "memory: 4608\nnuma: 1\nhugepages: 1024\nhostpci0: 0000:02:00\n",
                ),
            ],
            found: found("proxmox-vm-config", Blocker, "4608 MiB"),
            instead: ManualStep {
                step: "or remove the line hugepages",
                right: &[
                    CARD,
                    (
                        VM,
                        "memory: 4096\nnuma: 1\nhugepages: 1024\nhostpci0: 0000:02:00\n",
                    ),
                ],
            },
        },
        Mistake {
            guide: PVE,
            wrong: "a ballooning guest, whose memory is pinned",
            host: &[
                CARD,
                (
                    VM,
                    "memory: 8192\nballoon: 4096\nmachine: q35\nhostpci0: 0000:02:00,pcie=1\n",
                ),
            ],
            found: found("proxmox-vm-config", NoEffect, "ballooning"),
            instead: Written {
                target: Proxmox,
                path: VM,
                has: &["balloon: 0\n"],
                not: &["4096"],
            },
        },
        Mistake {
            guide: PVE,
            wrong: "a ROM file named and not put where Proxmox VE looks for it",
            host: &[
                CARD,
                (
                    VM,
                    "memory: 8192\nmachine: q35\nhostpci0: \
                     0000:02:00,pcie=1,romfile=/tmp/image.rom\n",
                ),
            ],
            found: found("proxmox-vm-config", Fix, "/tmp/image.rom"),
            instead: ManualStep {
                step: "copy the file to /usr/share/kvm",
                right: &[
                    CARD,
                    (
                        VM,
                        "memory: 8192\nmachine: q35\nhostpci0: \
                         0000:02:00,pcie=1,romfile=image.rom\n",
                    ),
                ],
            },
        },
    ]
}

/// A domain with `$between` before its devices.
macro_rules! domain {
    ($between:literal) => {
        concat!(
            "<domain type='kvm'>\n  <name>win</name>\n  <os>\n    <type arch='x86_64' \
             machine='pc-q35-8.0'>hvm</type>\n  </os>\n",
            $between,
            "  <devices>\n  </devices>\n</domain>\n"
        )
    };
}

fn libvirt() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: UBUNTU,
            wrong: "hyperv shown without what is around it: beside features it counts nothing",
            host: &[(
                DOMAIN,
                domain!("  <hyperv><vendor_id state='on' value='abc'/></hyperv>\n"),
            )],
            found: found("libvirt-domain", NoEffect, "hyperv is not in the features"),
            instead: ManualStep {
                step: "into <features>, with virsh edit",
                right: &[(
                    DOMAIN,
                    domain!(
                        "  <features>\n    <hyperv><vendor_id state='on' value='abc'/></hyperv>\n  \
                         </features>\n"
                    ),
                )],
            },
        },
        Mistake {
            guide: UBUNTU,
            wrong: "kvm hidden beside features, where nothing is hidden",
            host: &[
                CARD,
                (DOMAIN, domain!("  <kvm><hidden state='on'/></kvm>\n")),
            ],
            found: found("libvirt-domain", NoEffect, "kvm is not in the features"),
            instead: Refused {
                target: Libvirt,
                error: "expected kvm in the features of domain",
                right: &[
                    CARD,
                    (
                        DOMAIN,
                        domain!("  <features><kvm><hidden state='on'/></kvm></features>\n"),
                    ),
                ],
            },
        },
        Mistake {
            guide: UBUNTU,
            wrong: "the hypervisor hidden by hand: a plan does it in its place",
            host: &[
                CARD,
                (
                    DOMAIN,
                    domain!("  <features>\n    <acpi/>\n  </features>\n"),
                ),
            ],
            found: None,
            instead: Written {
                target: Libvirt,
                path: DEFINED,
                has: &["<features>\n    <acpi/>", "<hidden state='on'/>"],
                not: &[],
            },
        },
        Mistake {
            guide: UBUNTU,
            wrong: "a vendor id of as many letters as one likes: 12 are the most",
            host: &[
                CARD,
                (
                    DOMAIN,
                    domain!(
                        "  <features>\n    <hyperv><vendor_id state='on' \
                     value='1234567890123'/></hyperv>\n  </features>\n"
                    ),
                ),
            ],
            found: found("libvirt-domain", Blocker, "1234567890123"),
            instead: Refused {
                target: Libvirt,
                error: "at most 12 characters without a comma, found \"1234567890123\"",
                right: &[
                    CARD,
                    (
                        DOMAIN,
                        domain!(
                            "  <features>\n    <hyperv><vendor_id state='on' \
                         value='123456789012'/></hyperv>\n  </features>\n"
                        ),
                    ),
                ],
            },
        },
        Mistake {
            guide: UBUNTU,
            wrong: "libvirt's own file edited, and the daemon restarted for it",
            host: &[CARD, (DOMAIN, domain!(""))],
            found: None,
            instead: Run(
                Libvirt,
                &["virsh define --file /var/lib/passthru/win.xml --validate"],
            ),
        },
        Mistake {
            guide: ESXI,
            wrong: "whether the card has an audio function not looked at",
            host: &[(CONF, "/device/0000:02:00.0/owner = \"passthru\"\n")],
            found: found("esx-conf-functions-missing", Unknown, "not in the input"),
            instead: super::Instead::Look("esxcli hardware pci list"),
        },
    ]
}
